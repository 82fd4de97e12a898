# vpclab_precompile(TARGET SOURCES HEADERS...): with VPCLAB_PRECOMPILE, the standard headers that most
#   sources include, and HEADERS, are read once for the target where that pays. Builds without it
#   (tools/check) prove that every source names what it uses.
function(vpclab_precompile target sources)
  list(LENGTH sources count)
  set(least 4)
  if(ARGN)
    set(least 2)
  endif()
  if(NOT VPCLAB_PRECOMPILE OR count LESS least)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE
    <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <span> <string>
    <string_view> <utility> <variant> <vector> <tl/expected.hpp> ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")  # else ccache never sees the same header twice
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

# vpclab_library(NAME [SOURCES ...] [HEADERS ...] [DEPS ...] [PRIVATE_DEPS ...])
#   One folder, one library: vpclab_NAME with the alias vpclab::NAME. HEADERS form a file set, so
#   that CMAKE_VERIFY_INTERFACE_HEADER_SETS proves each of them self-contained.
function(vpclab_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS")
  if(arg_SOURCES)
    add_library(vpclab_${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(vpclab_${name}
      PUBLIC ${arg_DEPS} vpclab::sanitizers PRIVATE ${arg_PRIVATE_DEPS} vpclab::warnings)
  else()
    add_library(vpclab_${name} INTERFACE)
    set(scope INTERFACE)
    target_link_libraries(vpclab_${name} INTERFACE ${arg_DEPS} vpclab::sanitizers)
  endif()
  vpclab_precompile(vpclab_${name} "${arg_SOURCES}")
  add_library(vpclab::${name} ALIAS vpclab_${name})
  target_include_directories(vpclab_${name} ${scope} ${PROJECT_SOURCE_DIR})
  if(arg_HEADERS)
    target_sources(vpclab_${name} ${scope} FILE_SET HEADERS
      BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  endif()
endfunction()

# vpclab_test(NAME SOURCES ... [DEPS ...] [LABELS ...] [TIMEOUT seconds])
#   One GoogleTest program per test folder, run as one CTest test called NAME.
function(vpclab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;DEPS;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE VPCLAB_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_DEPS} GTest::gmock_main vpclab::warnings
    vpclab::sanitizers)
  if(VPCLAB_SANITIZERS)  # what is tested is optimised; tests themselves take twice as long to build
    target_compile_options(${name} PRIVATE -O0)
  endif()
  vpclab_precompile(${name} "${arg_SOURCES}" <gmock/gmock.h> <gtest/gtest.h>)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()

# vpclab_fuzzer(NAME SOURCES ... [DEPS ...] [CORPUS directory]): a libFuzzer program, only where
#   fuzzers are built. The corpus is corpus/NAME beside the CMakeLists.txt, where there is one.
function(vpclab_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;DEPS")
  if(NOT VPCLAB_BUILD_FUZZERS)
    return()
  endif()
  if(NOT arg_CORPUS AND IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    set(arg_CORPUS ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} vpclab::warnings vpclab::sanitizers)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY VPCLAB_FUZZERS ${name})
  set_property(GLOBAL APPEND_STRING PROPERTY VPCLAB_FUZZER_LINES
    "${name}|$<TARGET_FILE:${name}>|${arg_CORPUS}\n")
endfunction()

# vpclab_finish_fuzzers(): the target `fuzzers`, and the list from which tools/fuzz starts them.
function(vpclab_finish_fuzzers)
  if(NOT VPCLAB_BUILD_FUZZERS)
    return()
  endif()
  get_property(names GLOBAL PROPERTY VPCLAB_FUZZERS)
  get_property(lines GLOBAL PROPERTY VPCLAB_FUZZER_LINES)
  add_custom_target(fuzzers DEPENDS ${names})
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/fuzzers.txt CONTENT "${lines}")
endfunction()
