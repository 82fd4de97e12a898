# Runs the programs that $fuzzer_list names, as many at a time as there are cores.

# run_fuzzer NAME PROGRAM CORPUS SECONDS: one line on standard error; fails if the fuzzer found
# something: a crash, a leak, more than a second or 2 GB for one input.
run_fuzzer() {
  local name=$1 program=$2 corpus=$3 seconds=$4 directory="$build_root/fuzz/found" runs child=
  local -a seeds=("$build_root/fuzz/corpus/$name")
  mkdir -p -- "$directory" "${seeds[0]}"
  [[ -z $corpus ]] || seeds+=("$corpus")
  # A signal to the launcher ends the fuzzer and is nothing that it found.
  trap 'kill -TERM "$child" 2>/dev/null || true; wait "$child" || true; exit 143' TERM INT
  "$program" -max_total_time="$seconds" -timeout=1 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$directory/$name-" "${seeds[@]}" </dev/null \
    >"$directory/$name.log" 2>&1 &
  child=$!
  if ! wait "$child"; then
    tail -n 60 "$directory/$name.log" >&2
    say "$name found something: see $directory/$name-*"
    return 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$directory/$name.log")
  say "$name: ${runs:-no} inputs in $seconds s, nothing found"
}

# run_fuzzers TOTAL EACH [NAME...]: EACH seconds for every fuzzer, or TOTAL shared among them.
run_fuzzers() {
  local total=$1 each=$2 line name program corpus failed=0 cores
  local -a chosen=() known=()
  shift 2
  while IFS='|' read -r name program corpus; do
    known+=("$name")
    if ((!$#)) || [[ " $* " == *" $name "* ]]; then
      chosen+=("$name|$program|$corpus")
    fi
  done <"$fuzzer_list"
  for name in "$@"; do
    [[ " ${known[*]} " == *" $name "* ]] || misuse "no fuzzer '$name': ${known[*]}"
  done
  ((${#chosen[@]})) || give_up "$fuzzer_list names no fuzzer"
  cores=$(nproc)
  if [[ -z $each ]]; then
    each=$((total * cores / ${#chosen[@]}))
    ((each > 0)) || each=1
  fi
  trap 'end_fuzzers 130' INT
  trap 'end_fuzzers 143' TERM
  say "fuzzing ${#chosen[@]} parsers for $each s each"
  for line in "${chosen[@]}"; do
    while (($(jobs -rp | wc -l) >= cores)); do
      wait -n || failed=1
    done
    IFS='|' read -r name program corpus <<<"$line"
    run_fuzzer "$name" "$program" "$corpus" "$each" &
  done
  while [[ -n $(jobs -p) ]]; do
    wait -n || failed=1
  done
  trap - INT TERM
  return "$failed"
}

# end_fuzzers STATUS: what runs in the background ends with the launcher.
end_fuzzers() {
  local -a running
  trap '' INT TERM
  mapfile -t running < <(jobs -p)
  ((!${#running[@]})) || kill -TERM "${running[@]}" 2>/dev/null || true
  wait || true
  exit "$1"
}
