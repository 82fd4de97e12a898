# vpclab::sanitizers - what VPCLAB_SANITIZERS asks for, on every target of ours.
add_library(vpclab_sanitizers INTERFACE)
add_library(vpclab::sanitizers ALIAS vpclab_sanitizers)
if(VPCLAB_SANITIZERS)
  target_compile_options(vpclab_sanitizers INTERFACE
    -fsanitize=${VPCLAB_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(vpclab_sanitizers INTERFACE -fsanitize=${VPCLAB_SANITIZERS})
endif()
