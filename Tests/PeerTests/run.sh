#!/bin/bash
# Talks Modbus with peers that were written by others: meterbench asks a pymodbus server, and mbpoll
# and libmodbus ask meterbench's twin. Nobody is tuned to the other.
#
#   Tests/PeerTests/run.sh [PROGRAM]
#
# The program under test is the debug build where none is named. What is not installed is installed
# by Packaging/install-packages; what cannot be is a failure, never a skip.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
here="$root/Tests/PeerTests"
meterbench=${1:-$root/.build/debug/meterbench}
python="$root/.build-test/venv/bin/python"
work=$(mktemp -d)
export METERBENCH_HISTORY=$work/history.sqlite
passed=0
failed=0
servers=()

stop_servers() {
  local server
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; done
  servers=()
}

finish() {
  stop_servers
  rm -rf "$work"
}
trap finish EXIT

ok() {
  echo "ok $1"
  passed=$((passed + 1))
}

not_ok() {
  echo "not ok $1: $2"
  failed=$((failed + 1))
}

# await NAME LOG COMMAND...: calls the command until it succeeds; false where the server that was
# started last ends before, or 30 s have passed.
await() {
  local name=$1 log=$2 limit=$((SECONDS + 30))
  shift 2
  until "$@" 2>/dev/null; do
    if ! kill -0 "${servers[-1]}" 2>/dev/null || [ "$SECONDS" -ge "$limit" ]; then
      not_ok "$name" "it does not serve: $(tail -n 3 "$log" | tr -s '\n ' '  ')"
      return 1
    fi
    sleep 0.05
  done
}

# expect NAME STATUS PATTERN COMMAND...: the command ends with the status, and what it prints on
# either output holds the extended regular expression, line ends and tabs being spaces.
expect() {
  local name=$1 status=$2 pattern=$3 output actual
  shift 3
  output=$(timeout 60 "$@" 2>&1 </dev/null)
  actual=$?
  output=$(tr -s '\n\t ' '   ' <<<"$output")
  if [ "$actual" -ne "$status" ]; then
    not_ok "$name" "status $actual instead of $status: $output"
  elif ! grep -Eq -- "$pattern" <<<"$output"; then
    not_ok "$name" "no '$pattern' in: $output"
  else
    ok "$name"
  fi
}

# count COMMAND...: counts the checks that a command prints itself.
count() {
  local line lines=0
  while IFS= read -r line; do
    case "$line" in
      "ok "*) ok "${line#ok }" ;;
      "not ok "*) line=${line#not ok } && not_ok "${line%%: *}" "${line#*: }" ;;
      *) continue ;;
    esac
    lines=$((lines + 1))
  done < <(timeout 120 "$@" 2>&1)
  [ "$lines" -gt 0 ] || not_ok "$1" "it printed no check"
}

free_port() {
  "$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

accepts() { (: <"/dev/tcp/127.0.0.1/$1"); }

# -- meterbench asks a pymodbus server

start_pymodbus() {
  "$python" "$here/pymodbus_server.py" "$1" "$2" </dev/null >"$work/$1.out" 2>&1 &
  servers+=($!)
  await "pymodbus $1 server" "$work/$1.out" grep -q ready "$work/$1.out"
}

ask_pymodbus() {
  local name=$1
  shift
  expect "$name: read gets the server's numbers" 0 \
    'voltage-l1 230\.5 V voltage-l3 231\.25 V current-l1 4\.875 A' \
    "$meterbench" read integra-1221 "$@" --address 1 voltage-l1 voltage-l3 current-l1
  expect "$name: read gives JSON" 0 '"value" ?: ?229\.75' \
    "$meterbench" read integra-1221 "$@" --address 1 voltage-l2 --json
  expect "$name: a register that is not there is exception 02 by name" 3 \
    'frequency .*02 illegal data address' \
    "$meterbench" read integra-1221 "$@" --address 1 frequency
  expect "$name: set writes a setting" 0 'demand-period 15 min .*written' \
    "$meterbench" set integra-1221 "$@" --address 1 "demand-period=15 min"
  expect "$name: the server has the setting" 0 'demand-period 15 min' \
    "$meterbench" read integra-1221 "$@" --address 1 demand-period
  # The server answers for units that it does not have, and stumbles over them.
  expect "$name: a unit that is not there is exception 04 by name" 3 \
    'voltage-l1 .*04 server device failure' \
    "$meterbench" read integra-1221 "$@" --address 2 voltage-l1
  run_on_pymodbus "$name" "$@"
  expect "$name: scan finds the unit" 0 ' 1 [^ ]+ .*answers after .* 2 .*04 server device failure' \
    "$meterbench" scan "$@" --addresses 1-2
}

# A whole run on the server: what it has holds, one value is beyond its limits, one is not there.
# A pseudo-terminal or an address of this machine is no real rig, and the report says so.
run_on_pymodbus() {
  local name=$1 connection
  case "$2" in
    --port) connection="adapter: only" ;;
    --tcp) connection="tcp: \"$3\"" ;;
  esac
  cat >"$work/pymodbus.yaml" <<END
bench: pymodbus
adapters: { only: { path: $work/near } }
buses: { dut: { $connection } }
positions: { A1: { meter: { profile: integra-1221, bus: dut, address: 1 } } }
END
  scenario_of_reads "voltage-l1: 230.5 V ± 0.1 %" "current-l1: { at-least: 4.8 A }"
  expect "$name: a run passes" 0 'PASS \[rig: twin\] 1 position: 1 passed; 3 rules: 3 passed' \
    "$meterbench" run "$work/reads.yaml" --bench "$work/pymodbus.yaml" --output "$work/$name.pass"
  scenario_of_reads "voltage-l1: 230.5 V ± 0.1 %" "current-l1: { at-least: 4.9 A }"
  expect "$name: a run fails by the value" 1 'current-l1 is 4\.8750* ' \
    "$meterbench" run "$work/reads.yaml" --bench "$work/pymodbus.yaml" --output "$work/$name.fail"
  scenario_of_reads "voltage-l1: 230.5 V ± 0.1 %" "frequency: 50 Hz ± 1 %"
  expect "$name: a run fails by a refusal" 1 'refused frequency .*02 illegal data address' \
    "$meterbench" run "$work/reads.yaml" --bench "$work/pymodbus.yaml" --output "$work/$name.refused"
}

scenario_of_reads() {
  cat >"$work/reads.yaml" <<END
scenario: Reads
profile: integra-1221
steps:
  - configure: { demand-period: 60 min }
  - read: { $1, $2 }
END
}

meet_pymodbus() {
  local near="$work/near" far="$work/far"
  socat "PTY,link=$near,raw,echo=0" "PTY,link=$far,raw,echo=0" 2>"$work/socat.out" &
  servers+=($!)
  await "socat" "$work/socat.out" test -e "$near" -a -e "$far" \
    && start_pymodbus serial "$far" \
    && ask_pymodbus "pymodbus serial" --port "$near"
  stop_servers

  local port
  port=$(free_port)
  start_pymodbus tcp "$port" && ask_pymodbus "pymodbus TCP" --tcp "127.0.0.1:$port"
  stop_servers
}

# A meter of either lineage, by a server that knows the published lists: told apart, without a write.
characterise() {
  local lineage=$1 port
  port=$(free_port)
  "$python" "$here/integra_server.py" "$lineage" "$port" </dev/null >"$work/$lineage.out" 2>&1 &
  servers+=($!)
  await "integra $lineage server" "$work/$lineage.out" grep -q ready "$work/$lineage.out" || return
  expect "characterise: the lineage $lineage is recognised" 0 "The meter follows \*\*$lineage\*\*" \
    "$meterbench" characterise integra-1221 --tcp "127.0.0.1:$port" --address 1 \
    --output "$work/found-$lineage"
  expect "characterise: a folder with a report is refused before the meter is asked" 2 \
    'holds a report.md already' "$meterbench" characterise integra-1221 --tcp 127.0.0.1:1 \
    --address 1 --output "$work/found-$lineage"
  expect "characterise: its overlay of $lineage is sound" 0 '' \
    "$meterbench" check "$work/found-$lineage/profile.yaml"
  expect "characterise: nothing was written to $lineage" 1 '' grep '^write' "$work/$lineage.out"
  expect "characterise: the server of $lineage does see writes" 0 'written' \
    "$meterbench" set integra-1221 --tcp "127.0.0.1:$port" --address 1 "demand-period=15 min"
  expect "characterise: and says so" 0 'write 16' grep '^write' "$work/$lineage.out"
  stop_servers
}

# start_twin BENCH ARGUMENT...: serves its meter.
start_twin() {
  "$meterbench" twin "$@" </dev/null >"$work/twin.out" 2>&1 &
  servers+=($!)
}

# has_counted METER: whether each phase has counted more than a step of its register.
has_counted() {
  "$meterbench" read integra-1221 --port "$1" --stop-bits 2 --address 1 active-energy-import \
    </dev/null | grep -Eq ' 0\.0(0[4-9]|[1-9])'
}

# The twin of either lineage, under load, over a serial line.
characterise_twin() {
  local lineage=$1 meter="$work/$1-meter"
  sed "s/variant: self-powered/&, lineage: $lineage/" "$here/twin.yaml" >"$work/$lineage.yaml"
  start_twin "$work/$lineage.yaml" --pty "$meter" --energise bank
  if await "twin of lineage $lineage" "$work/twin.out" has_counted "$meter"; then
    expect "characterise: the twin of lineage $lineage is recognised" 0 \
      "The meter follows \*\*$lineage\*\*" \
      "$meterbench" characterise integra-1221 --port "$meter" --stop-bits 2 --address 1
  fi
  stop_servers
}

# -- other programs read what is exported of a run

# export_run NAME STATUS FAULT: the end of line with a fault of the twin.
export_run() {
  local name=$1 status=$2 run="$work/exports-$3"
  sed "\$a\\  faults:\n    - { $4 }" "$root/Benches/twin-4.yaml" >"$work/$3.yaml"
  expect "$name: the run" "$status" 'seal +[0-9a-f]{64}' "$meterbench" run \
    "$root/Scenarios/end-of-line.yaml" --bench "$work/$3.yaml" --output "$run"
  expect "$name: its exports" 0 'bus.pcapng' "$meterbench" export "$run"
  count "$python" "$here/exports.py" "$run" "$run/export"
}

read_exports() {
  export_run "exports of a failed run" 1 constant "fault: pulse-constant, on: A2, at: 0 s, amount: 10 %"
  export_run "exports of a run with damaged replies" 4 damaged "fault: damaged-replies, on: A1, at: 70 s"
}

# -- mbpoll and libmodbus ask the twin

# poll NAME STATUS PATTERN ARGUMENT...: mbpoll once, with addresses as they are in the frame.
poll() {
  local name=$1 status=$2 pattern=$3
  shift 3
  expect "$name" "$status" "$pattern" mbpoll -q -1 -0 -B -o 5 "$@"
}

ask_twin_with_mbpoll() {
  local name=$1 place=$2
  shift 2
  local line=("$@" -a 1)
  poll "$name: the voltage is read as a float" 0 '\[0\]: (230(\.[0-9]+)?|229\.[89][0-9]*) ?' \
    "${line[@]}" -t 3:float -r 0 "$place"
  poll "$name: a setting is written with function 16" 0 'Written 1 references' \
    "${line[@]}" -t 4:float -r 2 "$place" 20
  poll "$name: the setting is read back" 0 '\[2\]: 20 ?' \
    "${line[@]}" -t 4:float -r 2 "$place"
  poll "$name: function 06 is refused with exception 01" 1 'Illegal function' \
    "${line[@]}" -t 4 -r 2 "$place" 1
  poll "$name: an odd address is refused with exception 02" 1 'Illegal data address' \
    "${line[@]}" -t 3:float -r 1 "$place"
  expect "$name: another unit stays silent" 1 'timed out' \
    mbpoll -q -1 -0 -B -o 0.5 "$@" -a 99 -t 3:float -r 0 "$place"
}

# -- meterbench asks its own twin through real devices

run_on_twin() {
  local meter="$work/meter" rig="$work/rig"
  start_twin "$here/twin.yaml" --pty "$meter" --rig "$rig"
  await "twin with a rig socket" "$work/twin.out" test -e "$meter" -a -S "$rig" || return
  sed -e "s,{ usb-serial: TWIN0001 },{ path: $meter }," \
    -e "s,{ chip-label: twin },{ twin: $rig }," -e '/^twin:/,$d' "$here/twin.yaml" >"$work/desk.yaml"
  cp "$here/pulses.yaml" "$work/pulses.yaml"
  # The bench names no calibration date, for nobody may vouch for this machine's clock.
  expect "twin in real time: a run with pulses passes" 0 \
    'PASS \[rig: twin\] 1 position: 1 passed; 5 rules: 5 passed' \
    "$meterbench" run "$work/pulses.yaml" --bench "$work/desk.yaml" --output "$work/desk"
  expect "twin in real time: scan finds the meter" 0 ' 1 [^ ]+ .*answers after' \
    "$meterbench" scan --port "$meter" --stop-bits 2 --addresses 1
  stop_servers
}

meet_clients() {
  # shellcheck disable=SC2046 # pkg-config prints words
  cc -std=c11 -Wall -Wextra -Werror -o "$work/client" "$here/libmodbus_client.c" \
    $(pkg-config --cflags --libs libmodbus) -lm \
    || not_ok "the libmodbus client" "it does not compile"

  local meter="$work/meter" port
  start_twin "$here/twin.yaml" --pty "$meter"
  if await "twin on a PTY" "$work/twin.out" test -e "$meter"; then
    ask_twin_with_mbpoll "mbpoll RTU" "$meter" -m rtu -b 9600 -P none -s 2
    count "$work/client" "libmodbus RTU" rtu "$meter"
    expect "meterbench RTU: read gives what libmodbus wrote" 0 'demand-period 60 min' \
      "$meterbench" read integra-1221 --port "$meter" --address 1 demand-period
  fi
  stop_servers

  port=$(free_port)
  start_twin "$here/twin.yaml" --tcp "127.0.0.1:$port"
  if await "twin on TCP" "$work/twin.out" accepts "$port"; then
    ask_twin_with_mbpoll "mbpoll TCP" 127.0.0.1 -m tcp -p "$port"
    count "$work/client" "libmodbus TCP" tcp 127.0.0.1 "$port"
  fi
  stop_servers
}

if ! "$root/Packaging/install-packages" test; then
  not_ok "the peers" "they cannot be installed"
elif [ ! -x "$meterbench" ]; then
  not_ok "meterbench" "there is no $meterbench; build it first"
else
  meet_pymodbus
  read_exports
  characterise sdm630
  characterise x96
  characterise_twin sdm630
  characterise_twin x96
  meet_clients
  run_on_twin
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
