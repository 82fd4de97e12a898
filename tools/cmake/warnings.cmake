# vpclab::warnings - the warnings every target of ours is compiled with. -Werror comes from
# presets (CMAKE_COMPILE_WARNING_AS_ERROR), never forced on users.
add_library(vpclab_warnings INTERFACE)
add_library(vpclab::warnings ALIAS vpclab_warnings)
target_compile_options(vpclab_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)

# GCC 12, when it optimises, finds overlaps and overflows in std::string's own code where there are
# none (its bug 105651), under one name or another. The other builds keep the warnings.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  foreach(alarm restrict stringop-overflow stringop-overread array-bounds)
    target_compile_options(vpclab_warnings INTERFACE
      $<$<CONFIG:Release,RelWithDebInfo>:-Wno-${alarm}>)
  endforeach()
endif()
