#!/bin/bash
# Opens the HTML reports of a good run, of a faulty one and of one with 48 positions, and the history of
# them, in Chromium, with the network off, on a desk, on a phone, in the dark and on paper.
#
#   Tests/BrowserTests/run.sh [PROGRAM [FOLDER]]
#
# The program under test is the debug build where none is named. Reports and pictures stay in the folder,
# .build-test/reports where none is named. What is not installed is installed by
# Packaging/install-packages; what cannot be is a failure, never a skip.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
meterbench=$(realpath "${1:-$root/.build/debug/meterbench}")
folder=${2:-$root/.build-test/reports}
python="$root/.build-test/browser/bin/python"

"$root/Packaging/install-packages" browser
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
export METERBENCH_HISTORY=$folder/history.sqlite

# Records name their files as they were given, so the run is made where it reads well.
cp -r "$root/Benches" "$root/Scenarios" "$folder"
cp "$root/Tests/BrowserTests/faults.yaml" "$folder/Benches/faults.yaml"
sed 's/^profile: integra-1221$/&\non-failure: continue/' "$folder/Scenarios/end-of-line.yaml" \
  >"$folder/Scenarios/all-steps.yaml"

run() { # NAME STATUS SCENARIO BENCH
  local status=0
  (cd "$folder" && "$meterbench" run "Scenarios/$3" --bench "Benches/$4" --output "$1" --quiet >"$1.txt" 2>&1) \
    || status=$?
  if [ "$status" -ne "$2" ]; then
    cat "$folder/$1.txt" >&2
    echo "not ok: the run '$1' ended with $status, expected $2" >&2
    exit 1
  fi
}

run good 0 end-of-line.yaml twin-4.yaml
run faulty 1 all-steps.yaml faults.yaml
"$python" "$root/Tests/BrowserTests/wide_bench.py" >"$folder/Benches/rack.yaml"
run rack 1 end-of-line.yaml rack.yaml
run accuracy 0 accuracy.yaml twin.yaml
"$meterbench" results chart --rig twin --output "$folder/history.html"

exec "$python" "$root/Tests/BrowserTests/open_reports.py" "$folder"
