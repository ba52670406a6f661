import Foundation
import Judging
import RunRecord
import Station
import Testing
import Verdicts

/// Runs that go wrong on the twin. Whatever goes wrong, the record must not contradict itself: the
/// judge's strictness about records must never turn a fault of the meter or of the bench into one
/// of the record.
@Suite("Record of a run that goes wrong")
struct FaultyRunTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var yaml: String
    var verdict: Verdict
    var testDescription: String { yaml }

    init(_ yaml: String, _ verdict: Verdict) {
      self.yaml = yaml
      self.verdict = verdict
    }
  }

  @Test(
    "A fault leaves a whole record that agrees with itself, and the verdict it deserves",
    arguments: [
      Fault("fault: silent-meter, on: A1, at: 15 s", .failed),
      Fault("fault: silent-meter, on: A1, at: 0 s", .failed),
      Fault("fault: dead-bus, on: dut, at: 15 s", .error),
      Fault("fault: adapter-pulled, on: dut, at: 15 s", .error),
      Fault("fault: silent-output, on: A1, output: pulse-2, at: 0 s", .inconclusive),
      Fault("fault: silent-output, on: A1, output: pulse-2, at: 28 s", .failed),
      Fault("fault: dropped-edge, on: A1, output: pulse-2, at: 28 s", .error),
      Fault("fault: dropped-pulse, on: A1, output: pulse-2, at: 28 s", .inconclusive),
      Fault("fault: extra-pulse, on: A1, output: pulse-2, at: 28 s", .inconclusive),
      Fault("fault: edge-overflow, on: A1, output: pulse-2, at: 28 s", .error),
      Fault("fault: pulse-width, on: A1, output: pulse-2, at: 0 s, amount: 10 ms", .failed),
      Fault("fault: silent-reference, at: 28 s", .error),
      Fault("fault: self-test-error, on: A1, at: 0 s", .failed),
      Fault("fault: damaged-replies, on: A1, at: 0 s", .inconclusive),
      Fault("fault: stuck-output, on: A1, at: 0 s", .error),
      Fault("fault: fallen-output, on: A1, at: 28 s, until: 28500 ms", .error),
      Fault("fault: stuck-output, on: bank-5A, at: 0 s", .error),
      Fault("fault: load-step, at: 28 s, amount: -30 %", .inconclusive),
      Fault("fault: interruption, at: 28 s, amount: 2", .inconclusive),
      Fault("fault: suspend, at: 28 s, amount: 2 s", .error),
      Fault("fault: noise, on: A1, at: 0 s", .passed),
      Fault("fault: bounce, on: A1, output: pulse-2, at: 0 s, amount: 1 ms", .passed),
    ]
  )
  func faults(_ fault: Fault) throws {
    let (data, run) = try run(fault.yaml)
    #expect(run.verdict == fault.verdict)
    let reasons =
      run.remarks.map(\.reason)
      + run.positions.flatMap {
        $0.remarks.map(\.reason) + $0.steps.flatMap(\.remarks).map(\.reason)
      }
    #expect(reasons.allSatisfy { $0.kind != .record }, "\(reasons.map(\.text))")
    let events = try RecordReader.events(in: data)
    #expect(Judge.judge(events).verdict == run.verdict)
    let again = try RecordData(writing: events)
    #expect(again.record == data.record && again.frames == data.frames && again.edges == data.edges)
    #expect(RecordChain(data).faults.isEmpty)
  }

  @Test("Without a fault the same run passes")
  func sound() throws {
    #expect(try run(nil).run.verdict == .passed)
  }

  private func run(_ fault: String?) throws -> (data: RecordData, run: JudgedRun) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-faulty-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let sample = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Benches/twin-4.yaml")
    var bench = try String(contentsOf: sample, encoding: .utf8)
    if let fault { bench += "  faults:\n    - { \(fault) }\n" }
    let benchFile = folder.appendingPathComponent("bench.yaml")
    let scenarioFile = folder.appendingPathComponent("scenario.yaml")
    try Data(bench.utf8).write(to: benchFile)
    try Data(Self.scenario.utf8).write(to: scenarioFile)
    var library = Library()
    let prepared = try library.prepare(
      scenario: scenarioFile.path,
      bench: benchFile.path,
      parameters: [],
      positions: ["A1", "A2"]
    )
    var options = RunSession.Options()
    options.folder = folder.appendingPathComponent("out").path
    let result = try RunSession(prepared, options: options).run()
    return (try RecordData(folder: folder.path + "/out"), result.run)
  }

  private static let scenario = """
    scenario: short
    profile: integra-1221
    needs: { outputs: [pulse-2], reference: active-energy }
    steps:
      - apply: { supply: on }
      - wait: 10 s
      - identify: { serial-number: any }
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - read: { voltage-l1: 230 V ± 5 %, active-power: 3450 W ± 5 % }
      - on-failure: continue
        count-pulses:
          output: pulse-2
          at-least: 40 pulses
          conditions: { load-stability: 1 % }
          expect: { error: ± 1 %, rate: expected ± 2 %, width: { at-least: 20 ms } }
      - read: { voltage-l1: 230 V ± 5 % }
    finally:
      - apply: { load: off, supply: off }

    """
}
