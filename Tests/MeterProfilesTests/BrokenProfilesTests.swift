import Documents
import MeterProfiles
import Testing

/// Profiles with one mistake each, and all that is said about it.
@Suite struct BrokenProfilesTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var right: String
    var wrong: String
    var diagnostics: [String]

    var testDescription: String { wrong }

    init(_ right: String, _ wrong: String, _ diagnostics: String...) {
      self.right = right
      self.wrong = wrong
      self.diagnostics = diagnostics
    }
  }

  private func diagnostics(_ text: String) -> [String] {
    do throws(DocumentError) {
      _ = try MeterProfile(text: text, file: "f")
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }

  @Test("The profile without a mistake is read")
  func sound() { #expect(diagnostics(Self.sound) == []) }

  @Test("A mistake is reported at its place, and nothing else", arguments: mistakes)
  func mistake(_ mistake: Mistake) {
    #expect(Self.sound.split(separator: mistake.right).count == 2, "the mistake has one place")
    let text = Self.sound.replacing(mistake.right, with: mistake.wrong)
    #expect(diagnostics(text) == mistake.diagnostics)
  }

  static let mistakes: [Mistake] = [
    Mistake(
      "warm-up: 1 min",
      "warm-up: 1",
      "f:7:10: error: '1' has no unit; expected a time such as '60 ms' (at warm-up)"
    ),
    Mistake(
      "maker: M\n",
      "",
      "f:1:1: error: missing key 'maker'; expected the maker's name"
    ),
    Mistake(
      "accuracy:",
      "acuracy:",
      "f:25:5: error: unknown key 'acuracy'; did you mean 'accuracy'? (at quantities.current.acuracy)"
    ),
    Mistake(
      "3P4W: all",
      "3P4W: small",
      "f:5:23: error: expected 'all' or a list of variants, found 'small' (at system-types.3P4W)"
    ),
    Mistake(
      "3P4W: all",
      "3P4W: [large]",
      "f:5:24: error: the profile has no such variant: 'large' (at system-types.3P4W[0])"
    ),
    Mistake(
      "input: 0x0000",
      "input: 0x10000",
      "f:20:12: error: 0x10000 is outside 0...65535 (at quantities.current.input)"
    ),
    Mistake(
      "input: 0x0000",
      "input: 0xFFFF",
      "f:19:5: error: a float32 at input 0xFFFF ends behind the last register (at quantities.current)"
    ),
    Mistake(
      "input: 0x0000",
      "format: float32",
      "f:19:5: error: a quantity has either 'input' or 'holding' (at quantities.current)"
    ),
    Mistake(
      "systems: [3P4W]",
      "systems: [3P3W]",
      "f:22:15: error: the profile does not list the system type 3P3W (at quantities.current.systems[0])"
    ),
    Mistake(
      "[3P4W]\n    lineages: [a]",
      "[3P4W]\n    lineages: [b]",
      "f:23:16: error: the profile has no such lineage: 'b' (at quantities.current.lineages[0])"
    ),
    Mistake(
      "of: ct }",
      "of: cts }",
      "f:25:44: error: there is no setting 'cts'; did you mean 'ct'? (at quantities.current.accuracy.of)"
    ),
    Mistake(
      "of: ct }",
      "of: 277 V }",
      "f:25:44: error: the range maximum is 277 V, but the quantity measures current (at quantities.current.accuracy.of)"
    ),
    Mistake(
      "of: ct }",
      "of: width }",
      "f:25:44: error: width does not hold a value of the kind of current (at quantities.current.accuracy.of)"
    ),
    Mistake(
      ", of: ct }",
      " }",
      "f:25:15: error: a share of the range maximum needs 'of' (at quantities.current.accuracy)"
    ),
    Mistake(
      "mega: MWh",
      "mega: Mvarh",
      "f:29:11: error: the units of one quantity must measure the same (at quantities.energy.unit)"
    ),
    Mistake(
      "mega: MWh",
      "mage: MWh",
      "f:29:58: error: 'mage' is not a value of prefix (at quantities.energy.unit.choices.mage)"
    ),
    Mistake(
      "setting: prefix, choices: { kilo: kWh",
      "setting: prefx, choices: { kilo: kWh",
      "f:29:22: error: there is no setting 'prefx'; did you mean 'prefix'? (at quantities.energy.unit.setting)"
    ),
    Mistake(
      "factory: 5 A",
      "factory: 0 A",
      "f:32:76: error: 0 A is outside 1 A … 9 A, the range of ct (at settings.ct.factory)"
    ),
    Mistake(
      "from: 1 A",
      "from: 1 V",
      "f:32:43: error: the range must run from a value to a greater one of its kind (at settings.ct.range)"
    ),
    Mistake(
      "holding: 0x0008",
      "holding: 0x0008, menu: Pri",
      "f:32:7: error: a setting has either 'holding' or 'menu' (at settings.ct)"
    ),
    Mistake(
      "10 Wh: 1",
      "10 Wh: 0",
      "f:34:60: error: the number stands for '1 Wh' already (at settings.weight.codes.10 Wh)"
    ),
    Mistake(
      "values: [60 ms, 100 ms]",
      "values: [60 ms, 100 bananas]",
      "f:35:50: error: 'bananas' is not a unit meterbench knows; expected a number with a unit, such as '60 ms' (at settings.width.values[1])"
    ),
    Mistake(
      "values: [60 ms, 100 ms]",
      "writable: true",
      "f:35:10: error: a setting has one of 'codes', 'range' and 'values' (at settings.width)"
    ),
    Mistake(
      "counts: energy",
      "counts: energie",
      "f:39:13: error: there is no quantity 'energie'; did you mean 'energy'? (at pulse-outputs.out.counts)"
    ),
    Mistake(
      "counts: energy",
      "counts: current",
      "f:39:13: error: current is not an energy (at pulse-outputs.out.counts)"
    ),
    Mistake(
      "{ setting: weight }",
      "{ setting: ct }",
      "f:40:26: error: ct does not hold an energy (at pulse-outputs.out.constant.setting)"
    ),
    Mistake(
      "{ setting: weight }",
      "{ setting: weight, per-displayed-unit: 1 }",
      "f:40:15: error: a constant is either 'per-displayed-unit' or 'setting' (at pulse-outputs.out.constant)"
    ),
    Mistake(
      "{ setting: width }",
      "{ setting: prefix }",
      "f:41:23: error: prefix does not hold a time (at pulse-outputs.out.width.setting)"
    ),
    Mistake(
      "ct: [1 A]",
      "ct: [1.0 A]",
      "f:43:24: error: '1.0 A' is not a value of ct in its usual spelling (at pulse-outputs.out.valid-when.ct[0])"
    ),
    Mistake(
      "maximum-rate: 2 imp/s",
      "maximum-rate: 2 Hz",
      "f:42:19: error: '2 Hz' is a frequency, expected a pulse rate such as '2 imp/s' (at pulse-outputs.out.maximum-rate)"
    ),
  ]

  private static let sound = """
    profile: p
    title: T
    maker: M
    variants: [small]
    system-types: { 3P4W: all }
    lineages: [a]
    warm-up: 1 min
    communication:
      functions: [3, 4]
      baud: [9600]
      parity: [none]
      stop-bits: [1]
      response-limit: 300 ms
      minimum-pause: 100 ms
      registers-per-read: 40
      word-order: high-first
    quantities:
      current:
        title: Current
        input: 0x0000
        unit: A
        systems: [3P4W]
        lineages: [a]
        certainty: family
        accuracy: { range: 1 %, source: S, of: ct }
      energy:
        title: Energy
        input: 0x0048
        unit: { setting: prefix, choices: { kilo: kWh, mega: MWh } }
        certainty: family
    settings:
      ct: { title: C, holding: 0x0008, range: { from: 1 A, to: 9 A }, factory: 5 A, certainty: family }
      prefix: { title: P, holding: 0x001E, codes: { kilo: 0, mega: 1 }, certainty: family }
      weight: { title: W, menu: rAtE, codes: { 1 Wh: 0, 10 Wh: 1 }, certainty: manual }
      width: { title: W, menu: durA, values: [60 ms, 100 ms], certainty: manual }
    pulse-outputs:
      out:
        title: O
        counts: energy
        constant: { setting: weight }
        width: { setting: width }
        maximum-rate: 2 imp/s
        valid-when: { ct: [1 A] }
        certainty: manual
    """
}
