# Shared by the launchers in tools/: find the checkout, install what is missing, configure and
# build, all on standard error. A launcher sources this file and ends in `exec`.
# Environment: VPCLAB_BUILD_ROOT moves the build directories (default: build/ in the checkout).

set -euo pipefail

# vpclab's own codes (docs/command-line.md): 2 usage, 4 runtime or privilege.
readonly launch_misuse=2 launch_failure=4

launch_name=${0##*/}
source_root=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
build_root=${VPCLAB_BUILD_ROOT:-$source_root/build}
[[ $build_root == /* ]] || build_root=$PWD/$build_root

say() { printf '%s: %s\n' "$launch_name" "$*" >&2; }

give_up() {
  say "$@"
  exit "$launch_failure"
}

misuse() {
  say "$@"
  exit "$launch_misuse"
}

# want_number OPTION VALUE: ends with a usage error unless the value is a whole number above 0.
want_number() {
  [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || misuse "$1 wants seconds, a number from 1"
}

# shellcheck source=tools/launch/packages.sh
source "$source_root/tools/launch/packages.sh"
# shellcheck source=tools/launch/build.sh
source "$source_root/tools/launch/build.sh"
