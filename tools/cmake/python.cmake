# VPCLAB_PYTHON: Debian's python3, the one that has Debian's python packages; another on PATH is
# taken only where that is missing.
find_program(VPCLAB_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(VPCLAB_PYTHON python3)
mark_as_advanced(VPCLAB_PYTHON)
