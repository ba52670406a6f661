import Foundation
import Judging
import Station
import Testing
import Verdicts

/// What another scenario makes of a recorded run.
@Suite("Judging again")
struct RejudgingTests {
  private static let scenario = """
    scenario: short
    profile: integra-1221
    needs: { outputs: [pulse-2], reference: active-energy }
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - read: { voltage-l1: 230 V ± 5 % }
      - on-failure: continue
        count-pulses: { output: pulse-2, at-least: 40 pulses, expect: { error: ± 1 % } }
      - read: { voltage-l1: 230 V ± 5 % }
    finally:
      - apply: { load: off, supply: off }

    """

  @Test(
    "A value that did not allow for the load is open where a fixed limit is new, whatever it is",
    arguments: [("current-l1", "load", 5.0, "A"), ("active-power", "reference", 3450, "W")]
  )
  func newFixedLimit(quantity: String, compared: String, value: Double, unit: String) throws {
    let last = "- read: { voltage-l1: 230 V ± 5 % }\nfinally"
    func scenario(_ rule: String) -> String {
      Self.scenario.replacing(last, with: "- read: { \(quantity): \(rule) }\nfinally")
    }
    let run = try Recorded(nil, of: scenario("{ within: ± 2 %, of: \(compared) }"))
    #expect(run.verdict == .passed)
    for factor in [1, 0.994, 1.02] {
      let again = try run.judge(scenario("\(value * factor) \(unit) ± 2 %"))
      #expect(again.after.verdict == .inconclusive, "\(factor)")
    }
    // A run that was asked for a fixed limit may be asked for another.
    let fixed = try Recorded(nil, of: scenario("\(value) \(unit) ± 2 %"))
    #expect(try fixed.judge(scenario("\(value) \(unit) ± 3 %")).after.verdict == .passed)
  }

  @Test(
    "The scenario of the run gives the verdicts of the run, whatever became of it",
    arguments: [
      nil, "fault: silent-meter, on: A1, at: 15 s",
      "fault: silent-output, on: A1, output: pulse-2, at: 20 s",
      "fault: dropped-pulse, on: A1, output: pulse-2, at: 20 s",
      "fault: silent-reference, at: 20 s", "fault: interruption, at: 20 s, amount: 2",
      "fault: load-step, at: 0 s, amount: -30 %",
    ]
  )
  func same(fault: String?) throws {
    let run = try Recorded(fault)
    let again = try run.judge(Self.scenario)
    #expect(again.before.verdict == run.verdict)
    #expect(again.after.verdict == run.verdict)
    #expect(again.after.remarks == again.before.remarks)
    for (before, after) in zip(again.before.positions, again.after.positions) {
      #expect(before.verdict == after.verdict)
      #expect(before.steps.map(\.verdict) == after.steps.map(\.verdict))
      #expect(
        before.steps.flatMap(\.findings).map(\.verdict)
          == after.steps.flatMap(\.findings).map(\.verdict)
      )
    }
  }

  @Test("Another limit and another decision rule decide the same values")
  func otherLimits() throws {
    let run = try Recorded(nil, error: "0.8 %")
    #expect(run.verdict == .passed)
    let tight = Self.scenario.replacing("error: ± 1 %", with: "error: ± 0.5 %")
    #expect(try run.judge(tight).after.verdict == .failed)
    // 0.8 % ± 0.12 % against 0.85 %.
    let near = Self.scenario.replacing("error: ± 1 %", with: "error: ± 0.85 %")
    #expect(try run.judge(near).after.verdict == .inconclusive)
    let simple = near.replacing("profile:", with: "decision: simple\nprofile:")
    #expect(try run.judge(simple).after.verdict == .passed)
  }

  @Test("What the run did not measure is inconclusive, and never passes")
  func notMeasured() throws {
    let run = try Recorded(nil)
    let more = Self.scenario.replacing(
      "- read: { voltage-l1: 230 V ± 5 % }\n  - on",
      with: "- read: { voltage-l1: 230 V ± 5 %, frequency: 50 Hz ± 1 % }\n  - on"
    )
    #expect(more != Self.scenario)
    let again = try run.judge(more)
    #expect(again.after.verdict == .inconclusive)
  }

  @Test("Why a position is not passed now is said: rules of steps that the run never came to")
  func reasons() throws {
    let strict = Self.scenario.replacing(
      "- read: { voltage-l1: 230 V ± 5 % }\n  - on",
      with: "- read: { voltage-l1: 240 V ± 1 % }\n  - on"
    )
    let run = try Recorded(nil, of: strict)
    #expect(run.verdict == .failed)
    let again = try run.judge(Self.scenario)
    #expect(again.after.verdict == .inconclusive)
    var result = RejudgedText()
    result.take(again)
    let reason =
      "2 rules belong to steps that were never run, the first of them count-pulses pulse-2"
    #expect(result.text.contains("A1  failed → inconclusive\n"))
    #expect(result.text.contains("\n    inconclusive: \(reason)\n"), "\(result.text)")
    #expect(result.json.contains("\"reason\" : \"\(reason)\""), "\(result.json)")

    // A rule that is not kept is the reason itself; who passed needs none.
    let tight = try Recorded(nil, error: "0.8 %")
    result = RejudgedText()
    result.take(
      try tight.judge(Self.scenario.replacing("error: ± 1 %", with: "error: ± 0.5 %"))
    )
    #expect(
      result.text.contains("\n    failed: count-pulses pulse-2 / error: error is "),
      "\(result.text)"
    )
    result = RejudgedText()
    result.take(try tight.judge(Self.scenario))
    #expect(!result.text.contains("failed: ") && !result.json.contains("reason"))
  }

  @Test(
    "A scenario that does something else is refused",
    arguments: [
      ("40 pulses", "41 pulses"), ("wait: 5 s", "wait: 6 s"), ("load: bank-5A", "load: bank-2A"),
      ("  - read: { voltage-l1: 230 V ± 5 % }\nfinally", "finally"),
    ]
  )
  func otherSteps(old: String, new: String) throws {
    let other = Self.scenario.replacing(old, with: new)
    #expect(other != Self.scenario)
    let run = try Recorded(nil)
    #expect {
      _ = try run.judge(other)
    } throws: { "\($0)".contains("only rules may differ") }
  }

  @Test("A folder shows what a limit does to the yield; errors of the bench are in none")
  func yield() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-yield-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, error) in [("a", "0 %"), ("b", "0.8 %"), ("c", "-0.8 %")] {
      _ = try Recorded(nil, error: error, in: "\(folder)/\(name)")
    }
    _ = try Recorded("fault: silent-reference, at: 20 s", in: "\(folder)/deep/d")
    let tight = Self.scenario.replacing("error: ± 1 %", with: "error: ± 0.5 %")
    try Data(tight.utf8).write(to: URL(fileURLWithPath: "\(folder)/tight.yaml"))
    var rejudging = Rejudging(scenario: "\(folder)/tight.yaml")
    var result = RejudgedText()
    let runs = try RecordFolder.runs(below: [folder])
    #expect(runs.count == 4)
    for run in runs { result.take(try rejudging.judge(run)) }
    #expect(
      result.text.contains("before  yield 100 %: 3 passed, 0 failed; 0 inconclusive, 1 error")
    )
    #expect(
      result.text.contains("after   yield 33.33 %: 1 passed, 2 failed; 0 inconclusive, 1 error")
    )
    #expect(result.exitStatus == 0)
  }

  /// A run of A1, whose folder goes with it unless one was named.
  private final class Recorded {
    let folder: String
    let verdict: Verdict
    private let isOwn: Bool

    init(
      _ fault: String?,
      error: String = "0 %",
      of scenario: String = scenario,
      in named: String? = nil
    ) throws {
      isOwn = named == nil
      folder =
        named
        ?? FileManager.default.temporaryDirectory
        .appendingPathComponent("meterbench-judged-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      var bench = try String(
        contentsOf: root.appendingPathComponent("Benches/twin-4.yaml"),
        encoding: .utf8
      )
      bench = bench.replacing("error: 0.08 %", with: "error: \(error)")
      if let fault { bench += "  faults:\n    - { \(fault) }\n" }
      try Data(bench.utf8).write(to: URL(fileURLWithPath: "\(folder)/bench.yaml"))
      try Data(scenario.utf8).write(to: URL(fileURLWithPath: "\(folder)/scenario.yaml"))
      var library = Library()
      let prepared = try library.prepare(
        scenario: "\(folder)/scenario.yaml",
        bench: "\(folder)/bench.yaml",
        parameters: [],
        positions: ["A1"]
      )
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      verdict = try RunSession(prepared, options: options).run().run.verdict
    }

    deinit { if isOwn { try? FileManager.default.removeItem(atPath: folder) } }

    func judge(_ scenario: String) throws -> RejudgedRun {
      // The record holds the texts; the files may be gone.
      try? FileManager.default.removeItem(atPath: "\(folder)/bench.yaml")
      try Data(scenario.utf8).write(to: URL(fileURLWithPath: "\(folder)/scenario.yaml"))
      var rejudging = Rejudging(scenario: "\(folder)/scenario.yaml")
      return try rejudging.judge("\(folder)/run")
    }
  }
}
