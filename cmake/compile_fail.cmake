# SPDX-License-Identifier: Apache-2.0
# compile_fail(NAME FILE EXPECTED_MESSAGE)
#
# A ctest `compile_fail.NAME` which passes only when FILE, under the flags of every room,
#   does not compile, with a compiler message that EXPECTED_MESSAGE (a regular expression) matches;
#   does compile with COUNTERSIGN_CONTROL defined: the positive control, without which a missing
#   header would pass for the error that is meant.
# FILE holds both forms, `#ifdef COUNTERSIGN_CONTROL` the right one, `#else` the wrong one, and
# differs in nothing else.
function(compile_fail name file expected_message)
  get_filename_component(file "${file}" ABSOLUTE)
  set(options "$<TARGET_PROPERTY:countersign_flags,INTERFACE_COMPILE_OPTIONS>")
  separate_arguments(build_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  add_test(NAME compile_fail.${name}
           COMMAND "${CMAKE_COMMAND}"
                   "-DEXPECTED_MESSAGE=${expected_message}" "-DFILE=${file}"
                   -P "${CMAKE_SOURCE_DIR}/cmake/expect_compile_failure.cmake" --
                   "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only "-I${CMAKE_SOURCE_DIR}/src"
                   ${build_flags} "${options}"
           COMMAND_EXPAND_LISTS)
  set_tests_properties(compile_fail.${name} PROPERTIES TIMEOUT 120)
endfunction()
