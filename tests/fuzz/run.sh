#!/usr/bin/env bash
# Runs one libFuzzer program for WD_FUZZ_SECONDS (15) and fails when it finds something.
#   tests/fuzz/run.sh build/fuzz/fuzz_NAME
# Inputs it has learned stay in build/fuzz/corpus/NAME; tests/fuzz/corpus/NAME, if there, is what it starts from.
# An input that breaks the program is written to build/fuzz/crashes: run the program with it alone to see it again.
set -eu
program=$1
name=$(basename "$program")
name=${name#fuzz_}
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$(dirname "$program")" && pwd)
mkdir -p "$work/corpus/$name" "$work/crashes"
folders=("$work/corpus/$name")
[[ ! -d $here/corpus/$name ]] || folders+=("$here/corpus/$name")
exec "$program" -max_total_time="${WD_FUZZ_SECONDS:-15}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$work/crashes/$name-" "${folders[@]}"
