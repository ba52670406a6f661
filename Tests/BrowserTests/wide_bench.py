"""Prints a bench of 48 positions on four buses, five of its meters with something wrong."""

BUSES = ["dut-1", "dut-2", "dut-3", "dut-4"]
FAULTS = {
    "A07": "fault: silent-meter, on: A07, at: 0 s",
    "A19": "fault: pulse-constant, on: A19, output: pulse-2, at: 0 s, amount: 2 %",
    "A23": "fault: silent-output, on: A23, output: pulse-1, at: 0 s",
    "A31": "fault: damaged-replies, on: A31, at: 70 s",
    "A48": "fault: energy-error, on: A48, at: 0 s, amount: 0.7 %",
}

positions = []
for index in range(48):
    chip = f"lines-{index // 12 + 1}"
    line = index % 12
    positions.append(f"""\
  A{index + 1:02}:
    meter: {{ profile: integra-1221, variant: self-powered, bus: {BUSES[index // 12]}, address: {line + 1} }}
    pulse-1: {{ chip: {chip}, line: {line}, active: low, bias: pull-up }}
    pulse-2: {{ chip: {chip}, line: {line + 12}, active: low, bias: pull-up }}
    supply: {{ chip: {chip}, line: {line + 24}, safe: off }}
""")

print(f"""\
bench: rack-48
adapters: {{ {", ".join(f"port-{n}: {{ usb-serial: RACK000{n} }}" for n in range(1, 5))} }}
buses:
{chr(10).join(f"  {bus}: {{ adapter: port-{n}, baud: 9600, stop-bits: 2 }}" for n, bus in enumerate(BUSES, 1))}
gpio: {{ {", ".join(f"lines-{n}: {{ chip-label: rack-{n} }}" for n in range(1, 5))}, main: {{ chip-label: twin }} }}
source: {{ voltage: 230 V ± 0.5 %, frequency: 50 Hz }}
positions:
{"".join(positions)}
loads:
  bank-5A: {{ output: {{ chip: main, line: 1, safe: off }}, resistance: 46 Ω ± 0.2 %, settle: 10 s }}
  bank-2A: {{ output: {{ chip: main, line: 2, safe: off }}, resistance: 115 Ω ± 0.2 %, settle: 10 s }}
reference:
  pulses: {{ chip: main, line: 3, constant: 100000 imp/kWh }}
  energy: active-import
  accuracy: 0.1 %
  calibrated-until: 2027-05-01
  certificate: K-1234
twin:
  epoch: 2026-01-05T09:00:00Z
  seed: 1
  meters:
{chr(10).join(f"    A{n:02}: {{ serial: {21040000 + n}, firmware: {chr(34)}1.07{chr(34)}, error: {((n * 7) % 25 - 12) / 80:.3f} %, pulse-jitter: 0.3 ms }}" for n in range(1, 49))}
  faults:
{chr(10).join(f"    - {{ {fault} }}" for fault in FAULTS.values())}
""")
