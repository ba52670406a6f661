import Documents
import Testing

@Suite struct ValidationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var yaml: String
    var shape: Shape
    var expected: [String]

    init(_ shape: Shape, _ yaml: String, _ expected: String...) {
      self.yaml = yaml
      self.shape = shape
      self.expected = expected
    }

    var testDescription: String { yaml }
  }

  @Test("A scalar is reported with what was found and what was expected", arguments: scalars)
  func scalar(row: Row) {
    #expect(Samples.read(row.yaml, as: row.shape) == row.expected)
  }

  @Test("A structure is reported where it differs from its form", arguments: structures)
  func structure(row: Row) {
    #expect(Samples.read(row.yaml, as: row.shape) == row.expected)
  }

  static let scalars: [Row] = [
    Row(Samples.values, "name: no"),
    Row(Samples.values, "name: 010"),
    Row(Samples.values, "name: 2027-05-01"),
    Row(Samples.values, "name: ''", "f:1:7: error: expected a name, found '' (at name)"),
    Row(Samples.values, "name:", "f:1:6: error: expected a name, found nothing (at name)"),
    Row(Samples.values, "name: null", "f:1:7: error: expected a name, found nothing (at name)"),
    Row(Samples.values, "name: 'null'"),
    Row(Samples.values, "name: [a]", "f:1:7: error: expected a name, found a list (at name)"),
    Row(Samples.values, "id: A1.b-2_c"),
    Row(Samples.values, "id: 1A", "f:1:5: error: expected a position's name, found '1A' (at id)"),
    Row(Samples.values, "id: Ä", "f:1:5: error: expected a position's name, found 'Ä' (at id)"),
    Row(Samples.values, "address: 0xF7"),
    Row(Samples.values, "address: 0xF8", "f:1:10: error: 0xF8 is outside 1...247 (at address)"),
    Row(
      Samples.values,
      "address: 010",
      "f:1:10: error: expected a whole number in 1...247, found '010'; write it without leading zeros (at address)"
    ),
    Row(
      Samples.values,
      "address: '10'",
      "f:1:10: error: expected a whole number in 1...247, found '10'; write it without quotes (at address)"
    ),
    Row(
      Samples.values,
      "address: 12:30",
      "f:1:10: error: expected a whole number in 1...247, found '12:30' (at address)"
    ),
    Row(
      Samples.values,
      "address: 1_0",
      "f:1:10: error: expected a whole number in 1...247, found '1_0' (at address)"
    ),
    Row(
      Samples.values,
      "any-integer: 9223372036854775808",
      "f:1:14: error: expected a whole number, found '9223372036854775808' (at any-integer)"
    ),
    Row(Samples.values, "any-integer: -9223372036854775808"),
    Row(Samples.values, "gain: 5e-1"),
    Row(
      Samples.values,
      "gain: 1.5",
      "f:1:7: error: 1.5 is out of range; expected a number from 0 to 1 (at gain)"
    ),
    Row(
      Samples.values,
      "gain: .nan",
      "f:1:7: error: expected a number from 0 to 1, found '.nan' (at gain)"
    ),
    Row(
      Samples.values,
      "enabled: yes",
      "f:1:10: error: expected true or false, found 'yes' (at enabled)"
    ),
    Row(
      Samples.values,
      "enabled: 'true'",
      "f:1:10: error: expected true or false, found 'true'; write it without quotes (at enabled)"
    ),
    Row(Samples.values, "supply: on"),
    Row(
      Samples.values,
      "supply: true",
      "f:1:9: error: expected on or off, found 'true' (at supply)"
    ),
    Row(Samples.values, "voltage: 0.23 kV"),
    Row(
      Samples.values,
      "voltage: 230",
      "f:1:10: error: '230' has no unit; expected a voltage such as '230 V' (at voltage)"
    ),
    Row(
      Samples.values,
      "voltage: 1 kV",
      "f:1:10: error: 1 kV is out of range; expected a voltage from 0 V to 300 V (at voltage)"
    ),
    Row(
      Samples.values,
      "voltage: 5 A",
      "f:1:10: error: '5 A' is a current, expected a voltage such as '230 V' (at voltage)"
    ),
    Row(
      Samples.values,
      "power: 2 Kw",
      "f:1:8: error: 'Kw' is not a unit meterbench knows; did you mean 'kW'?; expected an active power such as '2.3 kW' (at power)"
    ),
    Row(Samples.values, "accuracy: 7 %"),
    Row(
      Samples.values,
      "accuracy: 0.07",
      "f:1:11: error: '0.07' has no unit; expected a ratio such as '0.5 %' (at accuracy)"
    ),
    Row(
      Samples.values,
      "accuracy: 8 %",
      "f:1:11: error: 8 % is out of range; expected a ratio from 0 % to 7 % (at accuracy)"
    ),
    Row(
      Samples.values,
      "timeout: 0 ms",
      "f:1:10: error: 0 ms is out of range; expected a time from 1 ms to 1 h (at timeout)"
    ),
    Row(Samples.values, "resistance: 46 Ω ± 0.2 %"),
    Row(
      Samples.values,
      "resistance: 0 Ω ± 0.2 %",
      "f:1:13: error: 0 Ω ± 0.2 % is out of range; expected a resistance from 1 Ω to 1000 Ω (at resistance)"
    ),
    Row(
      Samples.values,
      "resistance: 46 Ω ± 1 V",
      "f:1:13: error: '± 1 V' is a voltage, expected a resistance such as '46 Ω' (at resistance)"
    ),
    Row(Samples.values, "error: ± 0.5 %"),
    Row(
      Samples.values,
      "error: 0.5 %",
      "f:1:8: error: expected a tolerance such as '± 0.5 %', found '0.5 %' (at error)"
    ),
    Row(
      Samples.values,
      "allowance: ± 1 A",
      "f:1:12: error: '± 1 A' is a current, expected a voltage such as '230 V' (at allowance)"
    ),
    Row(
      Samples.values,
      "endpoint: localhost",
      "f:1:11: error: expected host:port, found 'localhost' (at endpoint)"
    ),
    Row(Samples.values, "extra: { a: [1, { b: }] }"),
    Row(
      Samples.serial,
      "{ baud: 9600, parity: eve }",
      "f:1:23: error: expected one of 'none', 'even' or 'odd', found 'eve'; did you mean 'even'? (at parity)"
    ),
    Row(
      Samples.serial,
      "{ baud: 9600, parity: mark }",
      "f:1:23: error: expected one of 'none', 'even' or 'odd', found 'mark' (at parity)"
    ),
    Row(
      Samples.alternatives,
      "of: 60",
      "f:1:5: error: expected on or off, or a time with its unit, found '60' (at of)"
    ),
  ]

  static let structures: [Row] = [
    Row(Samples.serial, "baud: 9600"),
    Row(
      Samples.serial,
      "bauds: 9600",
      "f:1:1: error: unknown key 'bauds'; did you mean 'baud'? (at bauds)"
    ),
    Row(
      Samples.serial,
      "baud: 9600\nspeed: 1",
      "f:2:1: error: unknown key 'speed'; allowed are 'baud', 'parity' and 'stop-bits' (at speed)"
    ),
    Row(
      Samples.serial,
      "parity: even",
      "f:1:1: error: missing key 'baud'; expected a whole number in 300...115200"
    ),
    Row(Samples.serial, "- baud", "f:1:1: error: expected a mapping, found a list"),
    Row(Samples.serial, "baud", "f:1:1: error: expected a mapping, found 'baud'"),
    Row(
      Samples.serial,
      "{baud: 1, parity: x,\n  'stop-bits': 3, odd: }",
      "f:1:8: error: 1 is outside 300...115200 (at baud)",
      "f:1:19: error: expected one of 'none', 'even' or 'odd', found 'x' (at parity)",
      "f:2:16: error: expected one of '1', '1.5' or '2', found '3' (at stop-bits)",
      "f:2:19: error: unknown key 'odd'; allowed are 'baud', 'parity' and 'stop-bits' (at odd)"
    ),
    Row(
      Samples.values,
      "outputs: []",
      "f:1:10: error: expected 1 to 2 items, found none (at outputs)"
    ),
    Row(
      Samples.values,
      "outputs:\n  - a\n  - 2b\n  - c",
      "f:2:3: error: expected 1 to 2 items, found 3 items (at outputs)",
      "f:3:5: error: expected an output, found '2b' (at outputs[1])"
    ),
    Row(Samples.values, "outputs: a", "f:1:10: error: expected a list, found 'a' (at outputs)"),
    Row(
      Samples.positions,
      "A1: { line: x }\n2B:\n  lines: y\n",
      "f:2:1: error: expected a position's name, found '2B' (at 2B)",
      "f:3:3: error: unknown key 'lines'; did you mean 'line'? (at 2B.lines)"
    ),
    Row(
      Samples.positions,
      "A.1:\n  {}",
      "f:1:1: error: missing key 'line'; expected a line (at A.1)"
    ),
    Row(Samples.positions, "[]", "f:1:1: error: expected positions by name, found a list"),
    Row(Samples.steps, "steps:\n  - { id: a, repeat: [{ id: b, wait: 1 s }] }"),
    Row(
      Samples.steps,
      "steps:\n  - { id: a, repeat: [{ id: b, wait: 1 }] }",
      "f:2:38: error: '1' has no unit; expected a time such as '60 ms' (at steps[0].repeat[0].wait)"
    ),
    Row(
      Samples.steps,
      "steps:\n  - id: a\n",
      "f:2:5: error: expected exactly one of 'wait', 'apply' and 'repeat' (at steps[0])"
    ),
    Row(
      Samples.steps,
      "steps:\n  - id: a\n    wait: 1 s\n    apply: { supply: on }\n",
      "f:4:5: error: 'apply' cannot stand beside 'wait'; expected exactly one of 'wait', 'apply' and 'repeat' (at steps[0].apply)"
    ),
    Row(
      Samples.steps,
      "steps:\n  - wiat: 1 s\n",
      "f:2:5: error: unknown key 'wiat'; did you mean 'wait'? (at steps[0].wiat)",
      "f:2:5: error: missing key 'id'; expected a step's name (at steps[0])"
    ),
    Row(Samples.alternatives, "meter: { usb: true, port: 3 }"),
    Row(
      Samples.alternatives,
      "meter: { usb: true, port: 30 }",
      "f:1:27: error: 30 is outside 1...9 (at meter.port)"
    ),
    Row(
      Samples.alternatives,
      "meter: [a]",
      "f:1:8: error: expected a meter's name, or a mapping, found a list (at meter)"
    ),
    Row(
      Samples.alternatives,
      "meter: 1a",
      "f:1:8: error: expected a meter's name, found '1a' (at meter)"
    ),
    // What an alias brings along is wrong at its anchor, on the way that leads through the alias.
    Row(
      .list(of: Samples.serial, count: 1...9),
      "- &a { baud: 1 }\n- *a\n",
      "f:1:14: error: 1 is outside 300...115200 (at [0].baud)",
      "f:1:14: error: 1 is outside 300...115200 (at [1].baud)"
    ),
    Row(
      .list(of: .flag, count: 1...9),
      "- &a true\n- &b no\n- *b\n",
      "f:2:3: error: expected true or false, found 'no' (at [1])",
      "f:3:3: error: expected true or false, found 'no' (at [2])"
    ),
  ]
}
