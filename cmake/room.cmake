# SPDX-License-Identifier: Apache-2.0
# room(NAME [USES room...] [LINKS library...])
#
# One room of the house: src/NAME. Makes
#   countersign_NAME          the library, from every *.cc that is not a test
#   countersign_NAME_headers  compiles every header of the room alone
#   NAME_tests                one executable from every *_test.cc and what stands in testing/,
#                             registered with ctest, with a fixed seed for RapidCheck
# USES is fed to the include-table test, which compares it with the #include lines themselves.

set_property(GLOBAL PROPERTY countersign_rooms "")

add_library(countersign_flags INTERFACE)
target_compile_features(countersign_flags INTERFACE cxx_std_20)
target_include_directories(countersign_flags INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(countersign_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  # g++ 12 reports false positives in optimised std::string and std::variant code.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>
  # clang builds the fuzzers only: g++ is the compiler whose warnings stop the build.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-error>)

function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;LINKS" ${ARGN})
  set(target countersign_${name})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|/testing/|/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$|/testing/")

  add_library(${target} STATIC ${sources})
  set(rooms ${ROOM_USES})
  list(TRANSFORM rooms PREPEND countersign_)
  target_link_libraries(${target} PUBLIC countersign_flags ${rooms} ${ROOM_LINKS})
  set_property(GLOBAL APPEND PROPERTY countersign_rooms "${name}")

  if(NOT COUNTERSIGN_TESTS)
    return()
  endif()

  set(alone "")
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH relative "${CMAKE_SOURCE_DIR}/src" "${header}")
    string(REPLACE "/" "_" unit "${relative}")
    set(unit "${CMAKE_CURRENT_BINARY_DIR}/alone/${unit}.cc")
    if(NOT EXISTS "${unit}")
      file(WRITE "${unit}" "#include \"${relative}\"\n")
    endif()
    list(APPEND alone "${unit}")
  endforeach()
  if(alone)
    add_library(${target}_headers OBJECT ${alone})
    target_link_libraries(${target}_headers PRIVATE ${target})
    # What is asked is whether a header compiles; optimising and describing it says nothing more.
    target_compile_options(${target}_headers PRIVATE -O0 -g0)
  endif()

  if(tests)
    add_executable(${name}_tests ${tests})
    target_link_libraries(${name}_tests PRIVATE ${target} GTest::gmock GTest::gtest_main
                                                rapidcheck)
    target_compile_definitions(${name}_tests PRIVATE
      COUNTERSIGN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    include(GoogleTest)
    gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 600 ENVIRONMENT "RC_PARAMS=seed=1844674407")
  endif()
endfunction()
