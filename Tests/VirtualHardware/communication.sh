# The whole communication matrix through the real FTDI driver: a twin at one adapter, whose port is set as its
# meter is, and a run at the other. Bytes between adapters that are set differently are spoilt by the cable.
device() { readlink -f "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_BENCH$1-if00-port0"; }

cat >twin.yaml <<'Y'
bench: matrix-twin
adapters: { far: { usb-serial: BENCH1 } }
buses: { dut: { adapter: far, baud: 9600, stop-bits: 2 } }
gpio: { main: { chip-label: twin } }
source: { voltage: 230 V ± 0.5 % }
positions:
  A1:
    meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
    supply: { chip: main, line: GPIO22, safe: off }
twin: { epoch: 2026-01-05T09:00:00Z, seed: 1 }
Y
sed -e '/^twin:/d' -e 's/matrix-twin/matrix/' -e 's/far/near/g' -e 's/BENCH1/BENCH0/' \
  -e 's/chip-label: twin/twin: rig.sock/' twin.yaml >bench.yaml
cat >matrix.yaml <<'Y'
scenario: Matrix
profile: integra-1221
steps:
  - apply: { supply: on }
  - wait: 5 s
  - communication: { baud: all, parity-stop: all, address: [100, 247] }
    timeout: 30 min
finally:
  - apply: { supply: off }
Y
meterbench twin twin.yaml --port "$(device 1)" --rig rig.sock >served 2>&1 &
within 1000 grep -q serving served
meterbench run matrix.yaml --bench bench.yaml --output r1 --quiet >out 2>&1
status=$?
[ $status -eq 0 ] && ok "communication: every rate, parity, stop bit and address" \
  || not_ok "communication: status $status" out served
holds "communication: all of it was judged" out '19 rules: 19 passed'
holds "communication: over the FTDI driver" r1/record.ndjson 'adapter near is /dev/ttyUSB0, 9600 8N2'
bench wire >out 2>&1
holds "communication: both adapters were set, and are set alike in the end" out "settings=.*9600.*9600"

# A meter whose rate does not change: the same matrix fails it, and finds it again.
kill %1 2>/dev/null
sleep 1
sed 's/seed: 1 }/seed: 1, faults: [{ fault: setting-ignored, at: 0 s, on: A1, of: baud }] }/' twin.yaml >bad.yaml
sed 's/baud: all, parity-stop: all, address: .100, 247./baud: [19200]/' matrix.yaml >short.yaml
rm -f rig.sock
meterbench twin bad.yaml --port "$(device 1)" --rig rig.sock >served 2>&1 &
within 1000 grep -q serving served
meterbench run short.yaml --bench bench.yaml --output r2 --quiet >out 2>&1
status=$?
[ $status -eq 1 ] && ok "communication: a rate without effect fails" \
  || not_ok "communication: a rate without effect: status $status" out served
holds "communication: the lost meter was found" out 'found at 9600 8N2, address 1'
