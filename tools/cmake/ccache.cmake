# Uses ccache where it is present; CMAKE_CXX_COMPILER_LAUNCHER, if set, has the last word.
find_program(VPCLAB_CCACHE ccache)
mark_as_advanced(VPCLAB_CCACHE)
if(VPCLAB_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # With precompiled headers ccache wants to be told that a header's own time and macros of the
  # command line may be looked over; it still compares what the headers hold.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    "${VPCLAB_CCACHE}")
endif()
