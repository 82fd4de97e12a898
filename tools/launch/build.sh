# Configures and builds a preset; does nothing when nothing changed since it last did.

# logged NAME COMMAND...: runs it with its output on the terminal, or, where standard error is none,
# in build/NAME.log, shown only if the command fails. A signal to the launcher ends it too.
logged() {
  local log="$build_root/$1.log" status=0 child
  shift
  if [[ -t 2 ]]; then
    "$@" </dev/null >&2 &
  else
    "$@" </dev/null >"$log" 2>&1 &
  fi
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null || true; wait "$child" || true; exit 130' INT
  trap 'kill -TERM "$child" 2>/dev/null || true; wait "$child" || true; exit 143' TERM
  wait "$child" || status=$?
  trap - INT TERM
  if ((status)) && [[ ! -t 2 ]]; then
    tail -n 200 "$log" >&2
  fi
  return "$status"
}

# Whether the preset in directory $1 was built here and nothing that it reads has changed since:
# sources (by the time of their last change, which no tool sets back) and Debian's packages.
is_fresh() {
  local stamp="$1/built.stamp" built_from newer
  [[ -f $stamp ]] || return 1
  read -r built_from <"$stamp" || return 1
  [[ $built_from == "$source_root" ]] || return 1
  local -a watched=("$source_root"/{CMakeLists.txt,CMakePresets.json,netstack,emulator,tools})
  [[ $1 == */run ]] || watched+=("$source_root/tests")
  [[ ! -e /var/lib/dpkg/status ]] || watched+=(/var/lib/dpkg/status)
  newer=$(find "${watched[@]}" -newercm "$stamp" -print -quit)
  [[ -z $newer ]]
}

# build_preset PRESET [--packages LIST...] [-- CMAKE_BUILD_ARGUMENT...]: afterwards the preset's
# programs are up to date in $build_root/PRESET.
build_preset() {
  local preset=$1 directory="$build_root/$1" build_lock
  local -a packages=(build) arguments=()
  shift
  if [[ ${1-} == --packages ]]; then
    shift
    while (($#)) && [[ $1 != -- ]]; do
      packages+=("$1")
      shift
    done
  fi
  [[ ${1-} != -- ]] || arguments=("${@:2}")
  if is_fresh "$directory"; then
    return 0
  fi
  mkdir -p -- "$directory" || give_up "cannot write to $build_root (VPCLAB_BUILD_ROOT moves it)"
  exec {build_lock}>"$directory/launch.lock"
  if ! flock -n "$build_lock"; then
    say "waiting for another build of $preset"
    flock "$build_lock"
  fi
  if ! is_fresh "$directory"; then
    install_packages "${packages[@]}"
    configure_and_build "$preset" "$directory" "${arguments[@]}"
  fi
  exec {build_lock}>&- # the program that follows must not hold it
}

configure_and_build() {
  local preset=$1 directory=$2 started=$SECONDS
  shift 2
  command -v cmake >/dev/null || give_up "cmake is missing"
  if [[ -f $directory/CMakeCache.txt ]] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$source_root" "$directory/CMakeCache.txt"; then
    rm -rf -- "$directory/CMakeCache.txt" "$directory/CMakeFiles" # made by a checkout elsewhere
  fi
  if [[ -t 2 || -d $directory/CMakeFiles ]]; then
    say "building $preset"
  else
    say "building $preset: some minutes the first time (progress: $build_root/$preset.log)"
  fi
  # The stamp has the time from before the build: what changes meanwhile is built next time.
  printf '%s\n' "$source_root" >"$directory/built.stamp.new"
  cd -- "$source_root"
  logged "$preset" cmake --preset "$preset" -B "$directory" -Wno-dev ||
    give_up "cannot configure $preset"
  logged "$preset" cmake --build "$directory" --parallel "$(nproc)" "$@" ||
    give_up "cannot build $preset"
  cd -- "$OLDPWD"
  mv -- "$directory/built.stamp.new" "$directory/built.stamp"
  say "built $preset in $((SECONDS - started)) s"
}
