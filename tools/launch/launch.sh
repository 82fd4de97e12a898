# Shared by the launchers in tools/: find the checkout, install what is missing, configure and
# build, all on standard error. A launcher sources this file and ends in `exec`.
# Environment: VPCLAB_BUILD_ROOT moves the build directories (default: build/ in the checkout).

set -euo pipefail

# 4 is vpclab's "runtime or privilege" (docs/command-line.md).
readonly launch_failure=4

launch_name=${0##*/}
source_root=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
build_root=${VPCLAB_BUILD_ROOT:-$source_root/build}

say() { printf '%s: %s\n' "$launch_name" "$*" >&2; }

give_up() {
  say "$@"
  exit "$launch_failure"
}

# shellcheck source=tools/launch/packages.sh
source "$source_root/tools/launch/packages.sh"
# shellcheck source=tools/launch/build.sh
source "$source_root/tools/launch/build.sh"
