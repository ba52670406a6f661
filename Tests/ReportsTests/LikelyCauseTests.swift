import Foundation
import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

@testable import Reports

/// A guess must fit the numbers, and where nothing fits there is none.
@Suite("Likely causes")
struct LikelyCauseTests {
  private static let powerRule = Rule(
    id: "active-power",
    measurement: "active-power",
    criterion: .within(lower: 3300, upper: 3600, dimension: .activePower),
    decision: .standard,
    text: "active-power 3.3 … 3.6 kW",
    origin: Fixture.origin(30)
  )

  private func run(
    _ values: [(rule: Rule, number: Double)],
    frames: (request: String, reply: String)? = nil
  ) throws -> Fixture {
    var fixture = Fixture()
    fixture.steps = [Fixture.step("read", "read", line: 25, values.map(\.rule))]
    fixture.add(0, .stepStarted(StepMark(position: "A1", step: "read")))
    if let frames {
      let text = """
        {"bus":"dut","unit":1,"function":4,"outcome":"response","started":1,"finished":3,"skippedBytes":0,
         "frames":[{"kind":"request","at":1,"bytes":"\(frames.request)"},
                   {"kind":"reply","at":2,"bytes":"\(frames.reply)"}]}
        """
      let exchange = try JSONDecoder().decode(RecordedExchange.self, from: Data(text.utf8))
      fixture.add(500, .exchanged(exchange))
    }
    for (rule, number) in values {
      let dimension: Quantities.Dimension =
        if case .within(_, _, let dimension) = rule.criterion { dimension } else { .ratio }
      let measurement = Fixture.number(rule.measurement, number, dimension, uncertainty: 1e-6)
      fixture.add(
        900,
        .measured(Measured(position: "A1", step: "read", measurement: measurement))
      )
    }
    fixture.add(1000, .stepEnded(StepEnd(position: "A1", step: "read", how: .completed)))
    return fixture
  }

  private func causes(_ fixture: Fixture, rule: Int = 0) throws -> [String] {
    let run = fixture.judged
    let position = try #require(run.positions.first)
    let step = try #require(position.steps.first)
    let evidence = RunEvidence(fixture.recorded)
    return LikelyCauses.of(
      step.findings[rule],
      step,
      on: position,
      in: run,
      evidence.of(step.step.id, on: position.position.name)
    )
  }

  @Test(
    "a ratio with a usual cause is told",
    arguments: [
      (3_450_000.0, "kilo"), (3.45, "kilo"), (345.0, "decimal place"), (-3450, "reversed"),
      (5976, "√3"), (1150, "one phase of three"), (2439.5, "r.m.s."), (1725, "factor 1/2"),
    ]
  )
  func ratio(value: Double, word: String) throws {
    let causes = try causes(run([(Self.powerRule, value)]))
    #expect(causes.count == 1 && causes[0].hasPrefix("It looks like") && causes[0].contains(word))
  }

  @Test("a value that fits no rule of thumb gets no guess", arguments: [4000.0, 2800, 0, 1e9])
  func none(value: Double) throws {
    #expect(try causes(run([(Self.powerRule, value)])) == [])
  }

  @Test("a value within its limits gets no guess")
  func within() throws { #expect(try causes(run([(Self.powerRule, 3450)])) == []) }

  @Test("limits that leave room for much support no ratio")
  func wide() throws {
    var rule = Self.powerRule
    rule.criterion = .within(lower: 1000, upper: 6000, dimension: .activePower)
    #expect(try causes(run([(rule, 7000)])) == [])
  }

  @Test("twice the pulses look like a wrong constant")
  func constant() throws {
    #expect(try causes(run([(Fixture.errorRule, 1.001)])).first?.contains("meter constant") == true)
    #expect(try causes(run([(Fixture.errorRule, 0.03)])) == [])
  }

  /// 3452.76 as IEEE 754: 4557 CC2A.
  @Test("words the other way round are told from the frame, not from the ratio")
  func words() throws {
    let shown = Double(Float(bitPattern: 0xCC2A_4557))
    let fixture = try run(
      [(Self.powerRule, shown)],
      frames: ("010400340002300A", "010404CC2A455741B5")
    )
    let causes = try causes(fixture)
    #expect(causes.count == 1 && causes[0].contains("swapped words"))
    #expect(causes[0].contains("3.4528 kW"))
  }

  @Test("the address of another number in the same reply is told from the frame")
  func neighbour() throws {
    // 49.99 (4247 F5C3), then 3452.76 (4557 CC2A).
    let reply = "0104084247F5C34557CC2A0000"
    let next = try causes(
      run(
        [(Self.powerRule, Double(Float(bitPattern: 0x4247_F5C3)))],
        frames: ("0104003000040000", reply)
      )
    )
    #expect(next.count == 1 && next[0].contains("another quantity"))
  }

  @Test("an address that is one too high is told from the frame")
  func offByOne() throws {
    let causes = try causes(
      run(
        [(Self.powerRule, Double(Float(bitPattern: 0xCC2A_0001)))],
        frames: ("0104003000030000", "0104064557CC2A00010000")
      )
    )
    #expect(causes.count == 1 && causes[0].contains("off by one: one register before"))
  }

  @Test("two values that fit each other's limits look exchanged")
  func exchanged() throws {
    var first = Self.powerRule
    (first.id, first.measurement) = ("current-l1", "current-l1")
    first.criterion = .within(lower: 4.9, upper: 5.1, dimension: .current)
    var second = first
    (second.id, second.measurement) = ("current-l2", "current-l2")
    second.criterion = .within(lower: 1.96, upper: 2.04, dimension: .current)
    let causes = try causes(run([(first, 2), (second, 5)]))
    #expect(causes.count == 1 && causes[0].contains("exchanged: 'current-l2'"))
  }

  @Test("what all positions miss points at the bench")
  func everywhere() throws {
    var fixture = Fixture()
    fixture.positions = ["A1", "A2"].map { Fixture.position($0) }
    fixture.steps = [Fixture.step("read", "read", line: 25, [Self.powerRule])]
    for position in ["A1", "A2"] {
      fixture.run(
        "read",
        on: position,
        0...900,
        [Fixture.number("active-power", 4000, .activePower)]
      )
    }
    #expect(try causes(fixture).contains { $0.contains("more like the bench") })
  }

  /// A setting that was read from two registers.
  private func setting(_ found: String, allowed: [String], registers: String) throws -> [String] {
    var rule = Fixture.firmwareRule
    rule.criterion = .text(oneOf: allowed)
    var fixture = try run([], frames: ("010400340002300A", "010404\(registers)0000"))
    fixture.steps = [Fixture.step("read", "read", line: 25, [rule])]
    let measurement = Measurement(id: rule.measurement, value: .text(found), from: .zero)
    fixture.add(
      800,
      .measured(Measured(position: "A1", step: "read", measurement: measurement))
    )
    return try causes(fixture)
  }

  @Test("a setting that is no number one sets is told from the frame, where its words explain it")
  func settings() throws {
    // 3 is 4040 0000, 5 is 40A0 0000.
    let code = try setting("unknown code 2.304856e-41", allowed: ["3P4W"], registers: "00004040")
    #expect(code.count == 1 && code[0].contains("swapped words") && code[0].hasSuffix("hold 3."))
    let current = try setting("2.318308e-41 A", allowed: ["5 A"], registers: "000040A0")
    #expect(current.first?.hasSuffix("hold 5.") == true)
    // Another number in the frames, a sound number, words that make no sense either way.
    #expect(try setting("2.4e-41 A", allowed: ["5 A"], registers: "000040A0") == [])
    #expect(try setting("4 A", allowed: ["5 A"], registers: "40800000") == [])
    #expect(try setting("1.401298e-45 A", allowed: ["5 A"], registers: "00000001") == [])
  }

  @Test("a serial number with its words exchanged is told where the other one was expected")
  func serialNumbers() throws {
    let expected = "\(0x0140_F647)"
    let found = "\(0xF647_0140)"
    let causes = try setting(found, allowed: [expected], registers: "F6470140")
    #expect(causes.first?.hasSuffix("hold \(expected).") == true)
    #expect(try setting(found, allowed: ["7"], registers: "F6470140") == [])
  }

  @Test("a text that is written in another way is told", arguments: ["v1.7", "1.07 ", "0107"])
  func texts(found: String) throws {
    var fixture = Fixture()
    fixture.runAll(firmware: found)
    let causes = try causes(fixture)
    #expect(causes.isEmpty == (found == "v1.7"))
  }
}
