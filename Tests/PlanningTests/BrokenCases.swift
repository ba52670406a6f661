extension BrokenCase {
  static let all =
    form + values + names + matrix + parameters + wiring + steps + pulses + reference + accuracy
    + metrology

  /// What could be run and would prove nothing.
  private static let metrology = [
    BrokenCase(
      "metrology-undecidable",
      .scenario("error: ± 0.5 %", "error: ± 0.1 %")
    ),
    BrokenCase(
      "metrology-undecidable-reading",
      .scenario(
        "voltage-l1: { within: ± 1 %, of: source }",
        "voltage-l1: { within: ± 0.4 %, of: source }"
      )
    ),
    BrokenCase(
      "metrology-undecidable-repeatability",
      .scenario(
        "- count-pulses:\n      output: pulse-2\n      at-least: 200 pulses\n      expect:\n        error: ± 0.5 %",
        "- remeasure:\n      output: pulse-2\n      at-least: 20 pulses\n      gates: 5\n      expect:\n        repeatability: { at-most: 0.001 % }"
      )
    ),
    BrokenCase(
      "metrology-decision-unknown",
      .scenario("- count-pulses:", "- decision: lenient\n    count-pulses:")
    ),
    BrokenCase(
      "metrology-decision-of-no-rule",
      .scenario("- count-pulses:", "- decision: { eror: simple }\n    count-pulses:")
    ),
    BrokenCase(
      "metrology-only-preconditions",
      .scenario("identify: { firmware: \"${firmware}\" }", "identify: { firmware: any }"),
      .scenario(
        "configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }",
        "precondition: true\n    configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }"
      ),
      .scenario("voltage-l1: { within: ± 1 %, of: source }", "voltage-l1: any"),
      .scenario("- count-pulses:", "- precondition: true\n    count-pulses:")
    ),
    BrokenCase(
      "metrology-conditions-unseen",
      .scenario(
        "at-least: 200 pulses",
        "at-least: 200 pulses\n      conditions: { voltage: ± 1 %, frequency: ± 0.3 % }"
      )
    ),
    BrokenCase(
      "metrology-other-harmonics",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile(
        "accuracy-class:",
        "energies: { harmonics: fundamental, certainty: manual }\naccuracy-class:"
      ),
      .bench("  accuracy: 0.1 %", "  harmonics: total\n  accuracy: 0.1 %"),
      .bench(
        "profile: integra-1221, variant: self-powered, bus: dut, address: 1",
        "profile: meter.yaml, variant: self-powered, bus: dut, address: 1"
      ),
      .bench(
        "profile: integra-1221, variant: self-powered, bus: dut, address: 2",
        "profile: meter.yaml, variant: self-powered, bus: dut, address: 2"
      )
    ),
    BrokenCase(
      "metrology-secondary-reference",
      .bench("  accuracy: 0.1 %", "  side: secondary\n  accuracy: 0.1 %"),
      .bench(
        "supply: { chip: main, line: GPIO22, safe: off }",
        "supply: { chip: main, line: GPIO22, safe: off }\n    ct-primary: 5 A"
      )
    ),
    BrokenCase(
      "metrology-half-a-transformer",
      .bench(
        "supply: { chip: main, line: GPIO22, safe: off }",
        "supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 0.1 % ± 0.05 %"
      )
    ),
    BrokenCase(
      "metrology-transformer-without-tolerance",
      .bench(
        "supply: { chip: main, line: GPIO22, safe: off }",
        "supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 0.1 %\n    ct-displacement: 0 °"
      )
    ),
    BrokenCase(
      "metrology-secondary-reference-behind-a-transformer",
      .bench(
        "supply: { chip: main, line: GPIO22, safe: off }",
        "supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 0.1 % ± 0.05 %\n    ct-displacement: 0 ° ± 0.1 °"
      ),
      .bench("accuracy: 0.1 %", "accuracy: 0.1 %\n  side: secondary")
    ),
    BrokenCase(
      "metrology-load-between-two-limits-of-a-class",
      .scenario("error: ± 0.5 %", "error: class"),
      .bench("resistance: 46 Ω ± 0.2 %", "current: 249 mA ± 5 %")
    ),
    BrokenCase(
      "metrology-few-gates",
      .scenario("- count-pulses:", "- remeasure:"),
      .scenario("at-least: 200 pulses", "at-least: 200 pulses\n      gates: 3"),
      .scenario("error: ± 0.5 %", "standard-deviation: { at-most: 0.05 % }")
    ),
    BrokenCase(
      "metrology-no-such-class",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile("active: iec-62053-22-0.5S", "active: iec-62053-22-0.5")
    ),
  ]

  /// The maker's accuracy, where it does not hold.
  private static let accuracy = [
    BrokenCase(
      "accuracy-beyond-range",
      .scenario("steps:\n", "assume: { vt-primary: 277 V }\nsteps:\n"),
      .scenario("within: ± 1 %", "within: accuracy"),
      .bench("230 V ± 0.5 %", "90 V ± 0.5 %")
    ),
    BrokenCase(
      "accuracy-beyond-reference-conditions",
      .scenario("steps:\n", "assume: { vt-primary: 277 V }\nsteps:\n"),
      .scenario("within: ± 1 %", "within: accuracy"),
      .bench("230 V ± 0.5 %", "230 V ± 0.5 %, frequency: 55 Hz ± 0.1 %")
    ),
    BrokenCase(
      "accuracy-range-reversed",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile("from: 57.7 V, to: 277 V", "from: 277 V, to: 57.7 V")
    ),
    BrokenCase(
      "accuracy-conditions-of-no-variant",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile(
        "{ variants: [auxiliary], text: auxiliary AC",
        "{ variants: [auxilary], text: auxiliary AC"
      )
    ),
  ]

  /// What is not even a file of strict YAML.
  private static let form = [
    BrokenCase("form-duplicate-key", .bench("safe: off }\n  A2", "safe: off, safe: on }\n  A2")),
    BrokenCase("form-tab", .scenario("  - apply: { supply: on }", "\t- apply: { supply: on }")),
    BrokenCase("form-two-documents", .scenario("finally:", "---\nfinally:")),
    BrokenCase("form-number-in-quotes", .bench("address: 2", "address: \"2\"")),
    BrokenCase("form-unknown-key-bench", .bench("stop-bits: 2", "stop-bit: 2")),
    BrokenCase("form-unknown-key-scenario", .scenario("at-least: 200", "at-leats: 200")),
    BrokenCase("form-unknown-verb", .scenario("- read:", "- reed:")),
    BrokenCase("form-two-verbs", .scenario("- read:", "- wait: 1 s\n    read:")),
    BrokenCase("form-missing-key", .bench(", address: 2", "")),
  ]

  private static let values = [
    BrokenCase("value-mistyped-word", .scenario("firmware: \"${firmware}\"", "firmware: if_told")),
    BrokenCase("value-wrong-unit", .scenario("error: ± 0.5 %", "error: ± 0.5 V")),
    BrokenCase(
      "value-wrong-unit-of-quantity",
      .scenario("{ within: ± 1 %, of: source }", "5 A ± 1 %")
    ),
    BrokenCase("value-missing-unit", .bench("settle: 10 s", "settle: 10")),
    BrokenCase("value-unknown-unit", .bench("settle: 10 s", "settle: 10 sec")),
    BrokenCase("value-no-tolerance", .scenario("{ within: ± 1 %, of: source }", "230 V")),
    BrokenCase("value-out-of-range", .bench("address: 2", "address: 300")),
    BrokenCase(
      "value-crossed-limits",
      .scenario("{ within: ± 1 %, of: source }", "{ at-least: 240 V, at-most: 220 V }")
    ),
    BrokenCase("value-no-such-day", .bench("2027-05-01", "2027-02-30")),
    BrokenCase("value-no-date", .bench("2027-05-01", "next spring")),
  ]

  /// Names that nothing stands for.
  private static let names = [
    BrokenCase("name-quantity", .scenario("voltage-l1:", "voltage-l4:")),
    BrokenCase("name-setting", .scenario("energy-units: kilo", "enery-units: kilo")),
    BrokenCase("name-setting-value", .scenario("system-type: 3P4W", "system-type: 3P5W")),
    BrokenCase("name-output", .scenario("output: pulse-2", "output: pulse-3")),
    BrokenCase("name-load", .scenario("load: bank }", "load: bnak }")),
    BrokenCase(
      "name-profile-of-scenario",
      .scenario("profile: integra-1221", "profile: integra-1222")
    ),
    BrokenCase(
      "name-profile-of-position",
      .bench(
        "profile: integra-1221, variant: self-powered, bus: dut, address: 2",
        "profile: inegra-1221, variant: self-powered, bus: dut, address: 2"
      )
    ),
    BrokenCase(
      "name-variant",
      .bench(
        "variant: self-powered, bus: dut, address: 2",
        "variant: self-power, bus: dut, address: 2"
      )
    ),
    BrokenCase(
      "name-step-twice",
      .scenario("- apply: { load: bank }", "- name: \"read\"\n    apply: { load: bank }"),
      .scenario("- read:", "- name: read\n    read:")
    ),
    BrokenCase(
      "name-two-profiles-of-one",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile("setting: pulse-weight }", "setting: pulse-weight } ")
    ),
    BrokenCase("name-position").only("A1", "A7"),
    BrokenCase(
      "name-setting-in-profile",
      .scenario("profile: integra-1221", "profile: meter.yaml"),
      .profile("setting: pulse-weight }", "setting: pulse-wieght }")
    ),
  ]

  private static let matrix = [
    BrokenCase(
      "matrix-value-twice",
      .scenario("steps:", "matrix:\n  units: [kilo, mega, kilo]\nsteps:")
    ),
    BrokenCase("matrix-name-taken", .scenario("steps:", "matrix:\n  firmware: [106, 107]\nsteps:")),
    BrokenCase(
      "matrix-too-large",
      .scenario("steps:", "matrix:\n  a: [\(numbers(200))]\n  b: [\(numbers(200))]\nsteps:")
    ),
    BrokenCase(
      "matrix-too-large-inside",
      .scenario("steps:", "matrix:\n  a: [\(numbers(200))]\nsteps:"),
      .scenario(
        "  - read:\n      voltage-l1: { within: ± 1 %, of: source }",
        """
          - matrix:
              b: [\(numbers(200))]
            steps:
              - read: { voltage-l1: any }
        """
      )
    ),
    BrokenCase(
      "matrix-same-problem-once",
      .scenario("steps:", "matrix:\n  units: [kilo, mega]\nsteps:"),
      .scenario("voltage-l1:", "voltage-l4:")
    ),
  ]

  private static func numbers(_ count: Int) -> String {
    (1...count).map { "\($0)" }.joined(separator: ", ")
  }

  private static let parameters = [
    BrokenCase("parameter-takes-the-rule-away").given("firmware", "any"),
    BrokenCase("parameter-undeclared").given("firmwear", "107"),
    BrokenCase("parameter-missing", .scenario("{ default: \"107\" }", "{ required: true }")),
    BrokenCase("parameter-misspelt", .scenario("${firmware}", "${firmwear}")),
    BrokenCase("parameter-without-end", .scenario("${firmware}", "${firmware")),
  ]

  private static let wiring = [
    BrokenCase("wiring-line-not-of-the-meter", .bench("baud: 9600", "baud: 9601")),
    BrokenCase(
      "wiring-scenario-as-bench",
      .bench("bench: line-3\n", "scenario: line-3\n")
    ),
    BrokenCase(
      "twin-fault-that-never-shows",
      .bench(
        "  calibrated-until: 2027-05-01\n",
        """
          calibrated-until: 2027-05-01
        twin:
          epoch: 2026-01-05T09:00:00Z
          seed: 1
          faults:
            - { fault: silent-meter, on: A1, at: 50 s, until: 5 s }
            - { fault: dropped-pulse, on: A1, output: pulse-3, at: 5 s }

        """
      )
    ),
    BrokenCase("wiring-line-twice", .bench("line: GPIO6 }", "line: GPIO27 }")),
    BrokenCase(
      "wiring-exclusive-unknown",
      .bench("loads:", "switching: { exclusive: [[A1.supply, A9.supply, A1.supply]] }\nloads:")
    ),
    BrokenCase(
      "wiring-exclusive-load",
      .bench("loads:", "switching: { exclusive: [[A1.supply, bank]] }\nloads:")
    ),
    BrokenCase(
      "wiring-adapter-twice",
      .bench(
        "  left: { usb-serial: A10KZ3XF }",
        "  left: { usb-serial: A10KZ3XF }\n  right: { usb-serial: A10KZ3XF, interface: 0 }"
      )
    ),
    BrokenCase(
      "wiring-chip-twice",
      .bench("gpio:", "gpio:\n  again: { chip-label: pinctrl-bcm2711 }")
    ),
    BrokenCase(
      "wiring-exclusive-safe-on",
      .bench("line: GPIO23, safe: off }", "line: GPIO23, safe: on }"),
      .bench("loads:", "switching: { exclusive: [[A1.supply, A2.supply]] }\nloads:")
    ),
    BrokenCase(
      "wiring-exclusive-both-applied",
      .bench("loads:", "switching: { exclusive: [[A1.supply, A2.supply]] }\nloads:")
    ),
    BrokenCase(
      "wiring-exclusive-load-applied",
      .bench("loads:", "switching: { exclusive: [[A1.supply, load bank]] }\nloads:")
    ),
    BrokenCase(
      "wiring-read-back-of-a-twin",
      .bench("gpio:", "gpio:\n  sim: { twin: /tmp/rig }"),
      .bench(
        "line: GPIO23, safe: off }",
        "line: GPIO23, safe: off, read-back: { chip: sim, line: GPIO2 } }"
      )
    ),
    BrokenCase(
      "wiring-unknown-chip",
      .bench("chip: main, line: GPIO6 }", "chip: mian, line: GPIO6 }")
    ),
    BrokenCase("wiring-bus-without-adapter", .bench("{ adapter: left, baud", "{ baud")),
    BrokenCase("wiring-unknown-adapter", .bench("adapter: left", "adapter: lift")),
    BrokenCase("wiring-unknown-bus", .bench("bus: dut, address: 2", "bus: dtu, address: 2")),
    BrokenCase(
      "wiring-two-buses-one-adapter",
      .bench("gpio:", "  ref: { adapter: left, stop-bits: 2 }\ngpio:")
    ),
    BrokenCase(
      "wiring-one-address",
      .bench("address: 2", "address: 1"),
      .bench("    supply: { chip: main, line: GPIO23, safe: off }\n", "")
    ),
    BrokenCase("wiring-one-address-both-on", .bench("address: 2", "address: 1")),
    BrokenCase(
      "wiring-output-missing",
      .scenario("outputs: [pulse-2], ", ""),
      .bench("    pulse-2: { chip: main, line: GPIO6 }\n", "")
    ),
    BrokenCase(
      "wiring-variant-without-output",
      .scenario("variant: self-powered, ", ""),
      .bench(
        "variant: self-powered, bus: dut, address: 2",
        "variant: auxiliary, bus: dut, address: 2"
      )
    ),
    BrokenCase("wiring-no-position", .scenario("variant: self-powered", "variant: auxiliary")),
    BrokenCase("wiring-source-without-tolerance", .bench("230 V ± 0.5 %", "230 V")),
  ]

  private static let steps = [
    BrokenCase(
      "step-no-rules",
      .scenario(rules, "  - wait: 1 s\n"),
      .scenario(
        "  - identify: { firmware: \"${firmware}\" }\n  - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }\n",
        ""
      )
    ),
    BrokenCase("step-read-before-supply", .scenario("  - apply: { supply: on }\n", "")),
    BrokenCase(
      "step-load-before-supply",
      .scenario("{ supply: on }", "{ supply: on, load: off }"),
      .scenario(
        "  - apply: { supply: on, load: off }\n",
        "  - apply: { load: bank }\n  - apply: { supply: on }\n"
      )
    ),
    BrokenCase(
      "step-supply-off-under-load",
      .scenario("{ load: off, supply: off }", "{ supply: off }")
    ),
    BrokenCase(
      "step-menu-only",
      .scenario(
        "configure: { system-type: 3P4W, ct-primary: 5 A,",
        "shipping-settings: { system-type: 3P4W, vt-primary: 400 V,"
      )
    ),
    BrokenCase("step-read-only", .scenario("ct-primary: 5 A", "system-voltage: 230 V")),
    BrokenCase("step-needs-restart", .scenario("ct-primary: 5 A", "baud: 9600")),
    BrokenCase(
      "step-rate-not-in-menu",
      .scenario("{ load: bank }\n", "{ load: off }\n  - communication: { baud: [4800, 2400] }\n")
    ),
    BrokenCase("step-secret", .scenario("ct-primary: 5 A", "password: 0")),
    BrokenCase(
      "step-quantity-not-in-system",
      .scenario("system-type: 3P4W", "system-type: 1P2W"),
      .scenario("voltage-l1:", "voltage-l2:")
    ),
    BrokenCase("step-system-not-in-variant", .scenario("system-type: 3P4W", "system-type: 3P3W")),
    BrokenCase(
      "step-timeout-too-short",
      .scenario("  - count-pulses:", "  - timeout: 10 s\n    count-pulses:")
    ),
    BrokenCase("step-of-without-within", .scenario("within: ± 1 %, of", "at-least: 220 V, of")),
    BrokenCase("step-of-reference-without-meter", .scenario("of: source", "of: reference")),
  ]

  private static let rules = """
      - read:
          voltage-l1: { within: ± 1 %, of: source }
      - count-pulses:
          output: pulse-2
          at-least: 200 pulses
          expect:
            error: ± 0.5 %

    """

  private static let pulses = [
    BrokenCase("pulses-no-gate", .scenario("      at-least: 200 pulses\n", "")),
    BrokenCase("pulses-no-rule", .scenario("expect:\n        error: ± 0.5 %", "expect: {}")),
    BrokenCase("pulses-one-period", .scenario("at-least: 200 pulses", "at-least: 1 pulses")),
    BrokenCase("pulses-no-load", .scenario("  - apply: { load: bank }\n", "")),
    BrokenCase("pulses-ratio", .scenario("ct-primary: 5 A", "ct-primary: 100 A")),
    BrokenCase("pulses-setting-unknown", .scenario("ct-primary: 5 A, ", "")),
    BrokenCase("pulses-mega", .scenario("energy-units: kilo", "energy-units: mega")),
    BrokenCase(
      "pulses-too-fast",
      .scenario("energy-units: kilo", pulse1),
      .scenario("output: pulse-2", "output: pulse-1"),
      .bench("46 Ω", "10 Ω")
    ),
    BrokenCase("pulses-do-not-fit", .bench("46 Ω", "8 Ω")),
    BrokenCase(
      "pulses-output-off",
      .scenario(
        "energy-units: kilo",
        "energy-units: kilo, pulse-1-energy: \"off\", pulse-weight: 0.001 kWh, pulse-width: 100 ms"
      ),
      .scenario("output: pulse-2", "output: pulse-1")
    ),
  ]

  private static let pulse1 =
    "energy-units: kilo, pulse-1-energy: active-import, pulse-weight: 0.001 kWh, pulse-width: 100 ms"

  private static let reference = [
    BrokenCase(
      "reference-none",
      .bench(referenceText, ""),
      .scenario(", reference: active-energy", "")
    ),
    BrokenCase("reference-none-but-needed", .bench(referenceText, "")),
    BrokenCase(
      "reference-other-kind",
      .scenario("reference: active-energy", "reference: reactive-energy")
    ),
    BrokenCase(
      "reference-other-direction",
      .bench("accuracy: 0.1 %", "energy: active-export\n  accuracy: 0.1 %")
    ),
    BrokenCase("reference-constant-of-other-kind", .bench("100000 imp/kWh", "100000 imp/kvarh")),
    BrokenCase("reference-no-accuracy", .bench("  accuracy: 0.1 %\n", "")),
    BrokenCase(
      "reference-declared-load",
      .bench(
        "  pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }\n  accuracy: 0.1 %",
        "  declared-load: true"
      ),
      .bench("46 Ω ± 0.2 %", "46 Ω")
    ),
    BrokenCase(
      "reference-unknown-quantity",
      .bench(
        "pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }",
        "power: { profile: sdm630, bus: dut, address: 9, quantity: active-powr }"
      )
    ),
    BrokenCase(
      "reference-frequency-without-tolerance",
      .scenario(
        "voltage-l1: { within: ± 1 %, of: source }",
        "frequency: { within: ± 1 %, of: source }"
      )
    ),
    BrokenCase(
      "reference-address-taken",
      .bench(
        "pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }",
        "power: { profile: sdm630, bus: dut, address: 2, quantity: active-power }"
      )
    ),
  ]

  private static let referenceText = """
    reference:
      pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }
      accuracy: 0.1 %
      calibrated-until: 2027-05-01

    """
}
