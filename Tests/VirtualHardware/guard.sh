# Outputs and interlocks in the hands of the guard, on the kernel's own simulated chip. Lines are
# pulled to the opposite of safe: one that is let go reads as energised.
cat >bench.yaml <<'Y'
bench: guarded
adapters: { left: { usb-serial: BENCH0 } }
buses: { dut: { adapter: left, stop-bits: 2 } }
gpio: { main: { chip-label: bench } }
source: { voltage: 230 V ± 0.5 % }
switching: { pause: 50 ms }
positions:
  A1:
    meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
    pulse-2: { chip: main, line: GPIO27 }
    supply: { chip: main, line: GPIO22, safe: off }
loads:
  bank: { output: { chip: main, line: GPIO26, active: low, safe: off }, resistance: 46 Ω ± 1 %, settle: 0 s }
interlocks:
  door: { chip: main, line: GPIO30, must-be: active }
Y
cat >long.yaml <<'Y'
scenario: long
profile: integra-1221
assume: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, pulse-width: 100 ms }
steps:
  - apply: { supply: on }
  - wait: 1 s
  - apply: { load: bank }
  - wait: 20 s
  - timeout: 30 s
    count-pulses: { output: pulse-2, at-least: 5 pulses, expect: { width: { at-least: 90 ms } } }
finally:
  - apply: { load: off, supply: off }
Y
sed 's/wait: 20 s/wait: 1 s/' long.yaml >short.yaml
# The supply is on where its line is high, the load where its line is low.
bench pull 22 up
bench pull 26 down
bench pull 30 up
bench pull 27 down
guard() { pidof meterbench-guard; }
run() { # SCENARIO: in the background, as $run
  rm -rf results
  : >out
  meterbench run "$1" --bench bench.yaml --output results >out 2>&1 &
  run=$!
  # Lines that no guard holds read as energised.
  within 1000 is_safe || not_ok "the guard takes the lines" out
}

# An ordinary run.
run short.yaml
proves "run: the supply goes on" within 1000 is_on
meterbench lines >lines
holds "lines: who holds an output" lines 'GPIO22 .*output .*used by meterbench-guard'
meterbench run short.yaml --bench bench.yaml --output other >busy 2>&1
holds "a second run on the bench is refused, with who has it" busy "serves a run already, that of process $run"
proves "run: the load goes on" within 1000 load_is_on
generate pulses 27 100 400 12 >made
wait $run
[ $? -eq 0 ] && ok "run: passed" || not_ok "run: passed" out
proves "run: all is safe after it" is_safe
first=$(guard)
proves "the guard stays, and holds the safe values" [ -n "$first" ]
run short.yaml
proves "the next run takes over" within 1000 load_is_on
[ "$(guard)" = "$first" ] && ok "from the same guard" || not_ok "from the same guard" out
kill -INT $run
wait $run
status=$?
[ $status -eq 130 ] && is_safe && ok "SIGINT: status 130, all safe" || not_ok "SIGINT: status $status" out

# What ends or stops a run at once, at every step of it.
for ending in KILL STOP; do
  for when in is_on load_is_on; do
    run long.yaml
    within 1000 $when || not_ok "$ending: $when" out
    kill -$ending $run
    # The load's contactor has its 50 ms; the machine needs some for each look.
    [ $ending = KILL ] && limit=50 || limit=260
    within $limit is_safe && ok "SIG$ending with $when: safe after $took cs" \
      || not_ok "SIG$ending with $when" out
    [ $ending = STOP ] && kill -CONT $run
    wait $run
    status=$?
    if [ $ending = STOP ]; then
      [ $status -eq 3 ] && ok "SIGSTOP: the run is a bench error" || not_ok "SIGSTOP: status $status" out
      holds "SIGSTOP: the error says why" out 'heard nothing of this process for 2 s'
    fi
  done
done
run long.yaml
within 1000 load_is_on || not_ok "stalled engine: load" out
stall $run engine 6 &
within 260 is_safe && ok "an engine that hangs: safe after $took cs" || not_ok "an engine that hangs" out
wait $run
status=$?
[ $status -eq 3 ] && ok "an engine that hung is a bench error" || not_ok "an engine that hung: status $status" out

# Interlocks.
for when in is_on load_is_on; do
  run long.yaml
  within 1000 $when || not_ok "interlock: $when" out
  bench pull 30 down
  within 30 is_safe && ok "an interlock with $when: safe after $took cs" || not_ok "interlock with $when" out
  wait $run
  status=$?
  [ $status -eq 3 ] && ok "an open interlock is a bench error" || not_ok "interlock: status $status" out
  holds "the record says when all was safe" results/record.ndjson 'interlock door opened; every output was known to be safe [0-9.]* m\?s later'
  bench pull 30 up
done
bench pull 30 down
run short.yaml
wait $run
holds "an interlock that is open before: nothing is energised" out 'interlock door'
proves "an interlock that is open before: nothing was" is_safe
grep -q '"event":"switched".*"on":true' results/record.ndjson \
  && not_ok "an interlock that is open before: nothing was meanwhile" results/record.ndjson \
  || ok "an interlock that is open before: nothing was meanwhile"
bench pull 30 up

# The same in the middle of every kind of step; nothing answers on the bus. The gate of
# compare-registers is long, for the plan refuses one that is too short to decide anything.
step_of() { # KIND: a step that lasts
  case $1 in
    identify) echo '  - { read-retries: 10, identify: { serial-number: 21034567 } }' ;;
    read) echo '  - { read-retries: 10, read: { voltage-l1: 230 V ± 1 % } }' ;;
    configure) echo '  - { read-retries: 10, configure: { demand-period: 15 min } }' ;;
    count-pulses) sed -n '/timeout: 30/,/count-pulses/p' long.yaml ;;
    compare-registers)
      echo '  - { read-retries: 10, timeout: 30 min, compare-registers: { output: pulse-2, at-least: 2100 pulses, expect: { difference: ± 1 % } } }'
      ;;
  esac
}
for kind in identify read configure count-pulses compare-registers; do
  { sed '/wait: 20 s/,$d' long.yaml; step_of $kind; sed -n '/^finally/,$p' long.yaml; } >kind.yaml
  for what in interlock KILL; do
    run kind.yaml
    within 1000 grep -q '^\[ *4/' out && load_is_on || not_ok "$what in $kind: it has not begun" out
    usleep 100000
    if [ $what = KILL ]; then kill -9 $run; else bench pull 30 down; fi
    within 50 is_safe && ok "$what in the middle of $kind: safe after $took cs" || not_ok "$what in $kind" out
    wait $run
    status=$?
    bench pull 30 up
    [ $what = interlock ] || continue
    [ $status -eq 3 ] && ! grep -q '<failure' results/junit.xml && grep -q '<error.*interlock door' results/junit.xml \
      && ok "an interlock in the middle of $kind is the bench's error, and says so" \
      || not_ok "interlock in $kind: status $status" results/junit.xml
  done
done

# A guard that dies takes the run with it. What its lines do then is the hardware's business.
run long.yaml
within 1000 load_is_on || not_ok "guard killed: load" out
kill -9 "$(guard)"
wait $run
status=$?
[ $status -eq 3 ] && ok "a guard that dies ends the run as a bench error" || not_ok "guard killed: status $status" out
holds "a guard that dies is named" out "the guard of bench 'guarded' was lost"

# One that is stopped guards nothing; what it does when it goes on is safe.
run long.yaml
within 1000 load_is_on || not_ok "guard stopped: load" out
stopped=$(guard)
kill -STOP "$stopped"
wait $run
status=$?
kill -CONT "$stopped"
[ $status -eq 3 ] && ok "a guard that hangs ends the run as a bench error" || not_ok "guard stopped: status $status" out
holds "a guard that hangs is named" out "the guard of bench 'guarded' was lost (it does not answer)"
within 50 is_safe && ok "a guard that goes on makes all safe" || not_ok "a guard that goes on" out

# Read-backs and exclusions.
n=0
sed 's/line: GPIO22, safe: off/&, read-back: { chip: main, line: GPIO23, within: 200 ms }/' bench.yaml >back.yaml
bench pull 23 down
meterbench run short.yaml --bench back.yaml --output back-$((n = n + 1)) >out 2>&1
status=$?
[ $status -eq 3 ] && ok "an output that its read-back denies is a bench error" || not_ok "read-back: status $status" out
holds "what the read-back says" out 'ERROR.*output A1.supply' 'was switched on, but its read-back says off'
proves "an output that its read-back denies: all is safe" is_safe
follow() { # the read-back of the supply follows it
  while :; do
    read -r level <"/run/bench/gpio22/value"
    [ "$level" = 1 ] && bench pull 23 up || bench pull 23 down
    usleep 10000
  done &
  follower=$!
}
follow
n=$((n + 1))
meterbench run short.yaml --bench back.yaml --output back-$n >out 2>&1 &
run=$!
within 1500 load_is_on || not_ok "read-back that follows: load" out
generate pulses 27 100 400 12 >made
wait $run
[ $? -eq 0 ] && ok "an output whose read-back follows" || not_ok "an output whose read-back follows" out
n=$((n + 1))
meterbench run short.yaml --bench back.yaml --output back-$n >out 2>&1 &
run=$!
within 1500 load_is_on || not_ok "read-back that falls off: load" out
kill $follower
sleep 2
bench pull 23 down
usleep 300000
bench pull 23 up
follow
# The meter gives no pulse, as one that lost its supply.
wait $run
status=$?
[ $status -eq 3 ] && ! grep -q '<failure' back-$n/junit.xml && ok "a supply that falls off in a step and comes back fails no meter" \
  || not_ok "a supply that falls off and comes back: status $status" out
holds "its read-back says so" out 'ERROR.*output A1.supply' 'its read-back said off for [0-9.]* ms'
kill $follower
sed 's/pause: 50 ms/&, exclusive: [[A1.supply, load bank]]/' bench.yaml >exclusive.yaml
meterbench run short.yaml --bench exclusive.yaml --output exclusive >out 2>&1
holds "two outputs that exclude one another" out 'A1.supply and load bank are never on together'

# The command, and a user without permission.
meterbench guard >out 2>&1
holds "guard: who holds what" out '^guarded  process [0-9]*: holds 2 outputs at their safe values'
su operator -c "LD_LIBRARY_PATH=/tmp/lib /tmp/meterbench guard --release guarded" >out 2>&1
holds "guard: another user may not end it" out 'belongs to another user'
meterbench guard --release guarded >out 2>&1
holds "guard: its end" out 'no guard runs'
[ -z "$(guard)" ] && ok "guard: it has ended" || not_ok "guard: it has not ended" out
chmod o+w /tmp
su operator -c "LD_LIBRARY_PATH=/tmp/lib /tmp/meterbench run /tmp/short.yaml --bench /tmp/bench.yaml --output /tmp/theirs" >out 2>&1
holds "a user without permission for a chip of outputs is told so" out 'permission denied'

# Again and again.
failed=0 slowest=0
for n in $(seq $((ROUNDS * 2))); do
  run long.yaml
  within 1000 load_is_on || failed=$((failed + 1))
  if [ $((n % 2)) = 0 ]; then kill -9 $run; else bench pull 30 down; fi
  within 50 is_safe || failed=$((failed + 1))
  [ "$took" -gt $slowest ] && slowest=$took
  wait $run
  bench pull 30 up
done
[ $failed = 0 ] && ok "killed and interlocked $ROUNDS times: safe each time, after $slowest cs at most" \
  || not_ok "killed and interlocked: $failed failed" out
