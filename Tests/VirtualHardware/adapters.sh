# Adapters through real udev and the real FTDI driver.
meterbench adapters >out
holds "adapters: both are found, with what udev knows" out '/dev/ttyUSB0 .*0403:6001  serial BENCH' \
  '/dev/ttyUSB1 .*0403:6001  serial BENCH' 'socket pci-.*port 0, driver ftdi_sio' \
  'in a bench file:  NAME: { usb-serial: BENCH0 }'
meterbench adapters --json >out
holds "adapters: as JSON" out '"serial" : "BENCH0"' '"benchFile" : "{ usb-serial: BENCH1 }"'

cat /sys/bus/usb-serial/devices/ttyUSB*/latency_timer >out
holds "udev rules: the latency timer is lowered" out '^1$'
ls -l /dev/gpiochip0 >out
holds "udev rules: GPIO chips belong to the group of the serial ports" out 'root *dialout'
device() { readlink -f "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_BENCH$1-if00-port0"; }

su operator -c "LD_LIBRARY_PATH=/tmp/lib /tmp/meterbench scan --port $(device 0) --addresses 1" >out 2>&1
holds "a user without permission is told which group he needs" out \
  "belongs to the group 'dialout'.*'operator' is not in it; sudo usermod -aG dialout operator"

sleep 60 <"$(device 0)" &
holder=$!
meterbench adapters >out
holds "adapters: who has a port open is named" out "in use by another process (sleep, pid $holder)"
kill $holder

# A twin on one adapter, a client on the other.
meterbench twin "$IN/twin-4.yaml" --port "$(device 1)" >served 2>&1 &
twin=$!
within 1000 grep -q serving served
sleep 3 # the meters start
meterbench scan --port "$(device 0)" --addresses 1-5 --stop-bits 2 --timeout 2000 >out 2>&1
holds "scan: the four meters of a twin at the other end of a serial cable" out \
  '^ *1 .*answers' '^ *2 .*answers' '^ *3 .*answers' '^ *4 .*answers'
meterbench read integra-1221 --port "$(device 0)" --stop-bits 2 --address 2 voltage-l1 serial-number \
  >out 2>&1
holds "read: a value and a serial number over real ttys" out 'voltage-l1 *230 V' 'serial-number *21034568'
meterbench scan --port "$(device 1)" --addresses 1 >out 2>&1
holds "a port in use by another run is refused, and who has it is said" out \
  "in use by another process (meterbench, pid $twin)"

cat >read.yaml <<'Y'
scenario: read
profile: integra-1221
steps:
  - identify: { serial-number: any }
  - read: { voltage-l1: 230 V ± 1 % }
  - wait: 8 s
  - read: { voltage-l1: 230 V ± 1 % }
Y
bench_file() { # ADAPTER
  cat <<Y
bench: virtual
adapters: { left: $1 }
buses: { dut: { adapter: left, baud: 9600, stop-bits: 2 } }
source: { voltage: 230 V ± 0.5 % }
positions:
  A1: { meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 } }
Y
}
bench_file '{ usb-serial: BENCH0 }' >b.yaml
sed -i 's/- identify.*/- wait: 1 s/' read.yaml
meterbench run read.yaml --bench b.yaml --output r1 >out 2>&1
holds "run: an adapter by its serial number" out '^PASS'
holds "run: the record says which device the adapter is, and its latency timer" r1/record.ndjson \
  'adapter left is /dev/ttyUSB0, 9600 8N2, 9600 baud applied, latency timer 1 ms'
grep -q '"rig":"host"' r1/record.ndjson && ok "run: a real tty is no twin" || not_ok "run: a real tty is no twin" out

path=$(meterbench adapters --json | sed -n 's/^ *"path" : "\(.*\)",$/\1/p' | head -n 1)
bench_file "{ usb-path: \"$path\" }" >b.yaml
meterbench check b.yaml >out 2>&1
meterbench run read.yaml --bench b.yaml --output r2 >>out 2>&1
holds "run: an adapter by its socket" out '^PASS'

bench_file '{ usb-id: "0403:6001" }' >b.yaml
meterbench run read.yaml --bench b.yaml --output r3 >out 2>&1
holds "two equal adapters are refused, with what tells them apart" out \
  '2 adapters have the USB ID 0403:6001' 'usb-serial: BENCH0' 'usb-serial: BENCH1'

bench_file '{ usb-serial: A10KZ3XF }' >b.yaml
meterbench run read.yaml --bench b.yaml --output r4 >out 2>&1
status=$?
holds "an absent adapter: what there is instead" out 'no adapter with the serial number A10KZ3XF' \
  '/dev/ttyUSB0 (serial number BENCH'
[ $status -eq 3 ] && ok "an absent adapter is a bench error" || not_ok "an absent adapter is a bench error" out

bench_file '{ usb-serial: BENCH0 }' >b.yaml
rm -f out
(until grep -q '3/4' out 2>/dev/null; do usleep 100000; done; bench unplug 0) &
meterbench run read.yaml --bench b.yaml --output r5 >out 2>&1
status=$?
holds "an adapter that is pulled is named" out 'adapter left (/dev/ttyUSB0) is gone' '^ERROR'
[ $status -eq 3 ] && ok "a pulled adapter is a bench error" || not_ok "a pulled adapter is a bench error" out
meterbench adapters --watch --json >watched 2>&1 &
watcher=$!
within 1000 grep -q watching watched
bench plug 0
within 500 grep -q plugged watched
bench unplug 0
within 500 grep -q pulled watched
kill -INT $watcher
wait $watcher && ok "adapters: Ctrl-C ends the watch" || not_ok "adapters: Ctrl-C" watched
holds "adapters: coming and going is heard" watched '"change":"plugged"' '"serial":"BENCH0"' '"change":"pulled"'

# An adapter that comes back: again and again between steps, under whatever name.
bench plug 0
{
  sed '/^steps:/q' read.yaml
  for n in $(seq $ROUNDS); do
    printf '  - wait: 1 s\n  - read: { voltage-l1: 230 V ± 1 %% }\n'
  done
} >replug.yaml
bench_file '{ usb-serial: BENCH0, replug: 20 s }' >b.yaml
await() { # FILE PATTERN
  n=0
  until grep -q "$2" "$1" 2>/dev/null || [ $n -gt 300 ]; do
    n=$((n + 1))
    usleep 50000
  done
}
await_adapter() {
  n=0
  until [ -e /dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_BENCH0-if00-port0 ] || [ $n -gt 300 ]; do
    n=$((n + 1))
    usleep 50000
  done
}
await_adapter
rm -f out
meterbench run replug.yaml --bench b.yaml --output r6 >out 2>&1 &
run=$!
step=1
while [ $step -lt $((ROUNDS * 2)) ]; do
  await out "^\[ *$step/$((ROUNDS * 2))\]"
  bench unplug 0
  usleep 300000
  bench plug 0
  step=$((step + 2))
done
wait $run
status=$?
back=$(grep -c 'was pulled and is back' r6/record.ndjson)
[ $status -eq 0 ] && [ "$back" -eq $ROUNDS ] && ok "an adapter that is pulled between steps $ROUNDS times comes back each time" \
  || not_ok "an adapter that comes back: status $status, $back times" out

# Pulled while a reply is awaited: never a time-out of the meter.
bench_file '{ usb-serial: BENCH0 }' >b.yaml
sed -i 's/address: 1 }/address: 9 }/' b.yaml
sed -n '1,/^steps:/p' read.yaml >silent.yaml
echo '  - read: { voltage-l1: 230 V ± 1 % }' >>silent.yaml
named=0
for round in $(seq $ROUNDS); do
  await_adapter
  rm -f out
  meterbench run silent.yaml --bench b.yaml --output r7-$round >out 2>&1 &
  run=$!
  await out '^\[1/1\]'
  usleep 200000
  bench unplug 0
  wait $run
  [ $? -eq 3 ] && grep -q 'adapter left (/dev/ttyUSB.*) is gone' out && named=$((named + 1))
  bench plug 0
done
[ $named -eq $ROUNDS ] && ok "an adapter that is pulled in the middle of a transaction is named, $ROUNDS times" \
  || not_ok "pulled in the middle of a transaction: named $named times of $ROUNDS" out
kill $twin


# A program that talks to the converter past its driver, as brltty does; and nobody at all.
await_adapter
bench_file '{ usb-serial: BENCH0 }' >b.yaml
device=$(grep -l '^BENCH0$' /sys/bus/usb/devices/*/serial)
device=${device%/serial}
cp /tmp/claim brltty
./brltty "$(printf "/dev/bus/usb/%03d/%03d" "$(cat "$device/busnum")" "$(cat "$device/devnum")")" >claimed 2>&1 &
taker=$!
await claimed claimed
meterbench run read.yaml --bench b.yaml --output r8 >out 2>&1
holds "an adapter that brltty has taken: who has it, and what to do" out \
  "serial number BENCH0 is plugged in, but .*(brltty, pid $taker).*remove the package brltty"
meterbench adapters >out 2>&1
holds "adapters: what a program has taken is named" out "QEMU QEMU USB SERIAL .*(brltty, pid $taker)"
kill $taker
wait $taker 2>/dev/null
echo "${device##*/}:1.0" >/sys/bus/usb/drivers/usbfs/unbind 2>/dev/null
meterbench run read.yaml --bench b.yaml --output r9 >out 2>&1
holds "an adapter without a driver is told from one that is absent" out \
  'serial number BENCH0 is plugged in, but gives no serial port, because no driver has taken it'
echo "${device##*/}:1.0" >/sys/bus/usb/drivers/ftdi_sio/bind
