# SPDX-License-Identifier: Apache-2.0
# cmake -DEXPECTED_MESSAGE=... -DFILE=... -P expect_compile_failure.cmake -- COMPILER ARGUMENT...
# The script behind compile_fail(); see there.
set(compile "")
set(seen_dashes FALSE)
foreach(index RANGE ${CMAKE_ARGC})
  if(seen_dashes AND index LESS CMAKE_ARGC)
    list(APPEND compile "${CMAKE_ARGV${index}}")
  elseif("${CMAKE_ARGV${index}}" STREQUAL "--")
    set(seen_dashes TRUE)
  endif()
endforeach()

# Messages are matched in the words of the untranslated compiler.
set(ENV{LC_ALL} C)

# A fatal error's own text would be wrapped by CMake; a notice stands as it is.
function(fail text)
  message(NOTICE "${text}")
  message(FATAL_ERROR "compile_fail: failed")
endfunction()

execute_process(COMMAND ${compile} -DCOUNTERSIGN_CONTROL "${FILE}"
                RESULT_VARIABLE status ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  fail("the positive control in ${FILE} does not compile:\n${said}")
endif()

execute_process(COMMAND ${compile} "${FILE}" RESULT_VARIABLE status ERROR_VARIABLE said)
if(status EQUAL 0)
  fail("${FILE} compiles, and must not")
endif()
if(NOT said MATCHES "${EXPECTED_MESSAGE}")
  fail("${FILE} fails to compile, but not with `${EXPECTED_MESSAGE}`:\n${said}")
endif()
