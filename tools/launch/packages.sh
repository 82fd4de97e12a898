# Installs the Debian packages that are missing, never removing one.

# The lines of tools/packages/LIST.txt, without comments.
packages_of() {
  local list line
  for list in "$@"; do
    while read -r line; do
      [[ -z $line || $line == '#'* ]] || printf '%s\n' "$line"
    done <"$source_root/tools/packages/$list.txt"
  done
}

# Prints what of the named lists is not installed: of "a|b" the first, if neither is there.
missing_packages() {
  local wanted installed line alternative found
  wanted=$(packages_of "$@")
  # dpkg-query exits 1 when it does not know one of them; what it knows it prints all the same.
  # shellcheck disable=SC2086 # package names hold no blanks
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' ${wanted//|/ } 2>/dev/null || true)
  while read -r line; do
    found=
    for alternative in ${line//|/ }; do
      [[ $'\n'$installed$'\n' != *$'\n'"installed $alternative"$'\n'* ]] || found=yes
    done
    [[ -n $found ]] || printf '%s\n' "${line%%|*}"
  done <<<"$wanted"
}

# install_packages LIST...: asks for root only if something is missing.
install_packages() {
  local -a missing as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    return 0 # not a Debian: the build says what it lacks
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  local command="apt-get install --no-remove --no-install-recommends ${missing[*]}"
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      give_up "these packages are missing; install them as root, then try again: $command"
    as_root=(sudo)
    [[ -t 0 && -t 2 ]] || as_root=(sudo -n)
  fi

  exec {packages_lock}>"$build_root/packages.lock"
  flock "$packages_lock"
  mapfile -t missing < <(missing_packages "$@") # another launcher may have been quicker
  if ((${#missing[@]})); then
    say "installing ${missing[*]}"
    local -a apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
      -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
    # Without the network an old list may still serve: only the installation must succeed.
    logged packages "${apt_get[@]}" -q update || say "apt-get update failed; trying all the same"
    logged packages "${apt_get[@]}" -q install -y --no-remove --no-install-recommends \
      "${missing[@]}" || give_up "cannot install packages; as root: $command"
  fi
  exec {packages_lock}>&-
}
