# Lines and edges through real libgpiod and the kernel's own simulated chip.
# in_use N...: whether the program has asked the kernel for each line. Edges before that are nobody's.
in_use() {
  meterbench lines >lines-now
  for line in "$@"; do grep -q "GPIO$line .*used by meterbench" lines-now || return 1; done
}
meterbench lines >out
holds "lines: chips, lines, and whether they give edges" out 'bench  32 lines, gives edges' '17  GPIO17  input' \
  'plain  4 lines, gives no edges' 'chip-label: bench'
meterbench pulses --line PLAIN1 --seconds 1 >out 2>&1
holds "a chip without interrupts is named" out "cannot give edges.*'plain'"
meterbench pulses --line GPIO99 --seconds 1 >out 2>&1
holds "a line that is not there: what there is instead" out "no line 'GPIO99'; it has GPIO0, GPIO1"
meterbench pulses --line GPIO9 --seconds 30 >/dev/null 2>&1 &
proves "lines: a user of a line is named" within 1000 in_use 9
meterbench pulses --line GPIO9 --seconds 1 >out 2>&1
holds "a line in use is refused, with its user" out "GPIO9 of /dev/gpiochip.* is in use by 'meterbench'"
kill %1
su operator -c "LD_LIBRARY_PATH=/tmp/lib /tmp/meterbench pulses --line GPIO8 --seconds 1" >out 2>&1
holds "a user without permission for a chip is told so" out 'permission denied'

# lies VALUE NAME: whether a measured width agrees with what the generator says of its own, within 0.1 ms; it must
# know it within 1 ms.
lies() { sed -n "s/^$2 //p" made | awk -v w="$1" '{ exit !(w != "" && $2 - $1 < 0.001 && w >= $1 - 0.0001 && w <= $2 + 0.0001) }'; }
for width in 60 100 200; do
  bench pull 5 down
  meterbench pulses --line GPIO5 --count 10 --seconds 60 --json >out 2>err &
  measuring=$!
  within 1000 in_use 5
  generate pulses 5 $width 500 10 >made
  wait $measuring
  widths=$(sed -n '/"width" : {/,/}/p' out)
  least=$(echo "$widths" | sed -n 's/.*"minimum" : \([0-9.e-]*\).*/\1/p')
  most=$(echo "$widths" | sed -n 's/.*"maximum" : \([0-9.e-]*\).*/\1/p')
  if [ "$(number out pulses)" = 10 ] && lies "$least" narrowest && lies "$most" widest; then
    ok "pulses of $width ms: 10 counted, widths $least … $most s, as they were made"
  else
    not_ok "pulses of $width ms: widths $least … $most s" made out err
  fi
done

# A run that counts the pulses of a real line.
cat >count.yaml <<'Y'
scenario: count
profile: integra-1221
assume: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, pulse-width: 100 ms }
steps:
  - apply: { load: bank }
  - count-pulses:
      output: pulse-2
      at-least: 12 pulses
      expect: { width: { at-least: 90 ms, at-most: 110 ms } }
Y
cat >count-bench.yaml <<'Y'
bench: virtual
adapters: { left: { usb-serial: BENCH0 } }
buses: { dut: { adapter: left, baud: 9600, stop-bits: 2 } }
gpio: { main: { chip-label: bench } }
source: { voltage: 230 V ± 0.5 % }
positions:
  A1:
    meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
    pulse-2: { chip: main, line: GPIO27 }
loads: { bank: { resistance: 46 Ω ± 1 %, settle: 1 s } }
Y
for width in 100 80; do
  bench pull 27 down
  meterbench run count.yaml --bench count-bench.yaml --output count$width >out 2>&1 &
  running=$!
  within 1000 in_use 27 || not_ok "run: the line is taken" out
  generate pulses 27 $width 400 30 >made
  wait $running
  case $? in
    0) verdict=PASS ;;
    1) verdict=FAIL ;;
    *) verdict=other ;;
  esac
  [ $width = 100 ] && wanted=PASS || wanted=FAIL
  if [ $verdict = $wanted ]; then
    ok "run: a meter whose pulses have $width ms: $verdict"
  else
    not_ok "run: a meter whose pulses have $width ms: $verdict" out
  fi
done
sed 's/line: GPIO27 }/line: PLAIN2 }/; s/chip-label: bench/chip-label: plain/' count-bench.yaml >plain.yaml
meterbench run count.yaml --bench plain.yaml --output count-plain >out 2>&1
holds "run: a chip without interrupts is named before anything begins" out "could not begin.*cannot give edges"

# A burst while nobody reads must not pass for a count.
bench pull 6 down
meterbench pulses --line GPIO6 --seconds 6 --json >out 2>err &
measuring=$!
within 1000 in_use 6
kill -STOP $measuring
generate edges 500 4000 6 >made
kill -CONT $measuring
wait $measuring
status=$?
if [ "$(number out edges)" = 4000 ] || { [ "$(number out lossCount)" -gt 0 ] && [ $status -eq 3 ]; }; then
  ok "a burst of 4000 edges before a stopped reader: $(number out edges) seen, $(number out lossCount) proofs of loss"
else
  not_ok "a burst before a stopped reader" out err
fi

# 100 000 edges on four lines, as fast as the simulator goes.
for line in 1 2 3 4; do
  bench pull $line down
  meterbench pulses --line GPIO$line --seconds 60 --json >edges$line 2>/dev/null &
  eval "p$line=$!"
done
within 1000 in_use 1 2 3 4
generate edges 0 25000 1 2 3 4 >made
sleep 1
kill -INT $p1 $p2 $p3 $p4
wait $p1 $p2 $p3 $p4
seen="" right=1
for line in 1 2 3 4; do
  edges=$(number edges$line edges) losses=$(number edges$line lossCount)
  seen="$seen $edges/$losses"
  [ "$edges" = 25000 ] || [ "${losses:-0}" -gt 0 ] || right=0
done
if [ $right = 1 ]; then
  ok "100 000 edges on four lines ($(cat made)): seen/proofs of loss$seen"
else
  not_ok "100 000 edges on four lines ($(cat made)): seen/proofs of loss$seen" edges1
fi
