# Uses ccache where it is present; CMAKE_CXX_COMPILER_LAUNCHER, if set, has the last word.
find_program(VPCLAB_CCACHE ccache)
mark_as_advanced(VPCLAB_CCACHE)
if(VPCLAB_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${VPCLAB_CCACHE}")
endif()
