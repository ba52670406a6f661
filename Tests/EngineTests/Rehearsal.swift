import Benches
import Documents
import Foundation
import Judging
import MeterProfiles
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import TwinRig
import Verdicts

@testable import BenchEngine

/// A whole run in memory: files as a user writes them, the engine, and a twin in virtual time.
struct Rehearsal {
  /// The scenario's `steps:` and what follows, indented as in a file.
  var scenario: String
  /// Lines of the twin's `faults:`.
  var faults: [String] = []
  /// What is wrong with a meter, by position.
  var meters: [String: String] = [:]
  var answers: [String: String] = [:]
  /// Where a test wants another bench.
  var bench = Bench3.text
  /// Profiles besides the built-in ones.
  var profiles: [String: MeterProfile] = [:]
  /// Exclusions that the plan does not know of: it would refuse what the engine is to refuse.
  var exclusive: [[String]] = []
  /// Whether rules that nothing could pass are run all the same.
  var allowsUndecidable = false
  /// The record takes this many events, then the disk is full.
  var roomForEvents = Int.max
  /// Puts something between the engine and the twin.
  var wrap: @Sendable (TwinRig) -> any Rig = { $0 }

  init(_ scenario: String, faults: [String] = [], meters: [String: String] = [:]) {
    self.scenario = scenario
    self.faults = faults
    self.meters = meters
  }

  /// What came of a run.
  struct Outcome {
    var events: [RecordedEvent]
    var run: JudgedRun
    var signal: Int32?

    var verdict: Verdict { run.verdict }

    func position(_ name: String) -> JudgedPosition? {
      run.positions.first { $0.position.name == name }
    }

    func verdict(_ position: String) -> Verdict? { self.position(position)?.verdict }

    /// Every kind of reason that bears on a position, in order of appearance.
    func kinds(_ position: String) -> [Reason.Kind] { reasons(position).map(\.kind) }

    func reasons(_ position: String) -> [Reason] {
      guard let position = self.position(position) else { return [] }
      return position.remarks.map(\.reason)
        + position.steps.flatMap { step in
          step.findings.compactMap(\.reason) + step.remarks.map(\.reason)
        }
    }

    /// The verdict of the first step of a verb.
    func step(_ verb: String, on position: String) -> JudgedStep? {
      self.position(position)?.steps.first { $0.step.verb == verb }
    }

    /// How outputs were switched, in order: "A1.supply on".
    var switchings: [String] {
      events.compactMap { event in
        if case .switched(let switching) = event.event {
          "\(switching.output) \(switching.on ? "on" : "off")"
        } else {
          nil
        }
      }
    }

    var end: RunEnd? { run.end }

    /// The record as it would be on disk.
    func record() throws -> Data { try events.reduce(into: Data()) { $0 += try $1.line() } }
  }

  /// Read once: a suite rehearses hundreds of runs.
  private static let builtIn = Result {
    try BuiltInProfiles.names.reduce(into: [String: MeterProfile]()) { profiles, name in
      profiles[name] = try BuiltInProfiles.load(name)
    }
  }

  func plan() throws -> (plan: Plan, profiles: [String: MeterProfile]) {
    let diagnostics = Diagnostics()
    let known = try Self.builtIn.get().merging(profiles) { $1 }
    do {
      let bench = try Bench(text: benchText, file: "bench.yaml", into: diagnostics)
      let scenario = try Scenario(
        text: "scenario: rehearsal\nprofile: integra-1221\n" + scenario + "\n",
        file: "scenario.yaml",
        profile: { known[$0] },
        into: diagnostics
      )
      let plan = try Plan(
        scenario,
        on: bench,
        allowsUndecidable: allowsUndecidable,
        profile: { known[$0] },
        into: diagnostics
      )
      return (plan, known)
    } catch {
      throw Unsound(description: error.diagnostics.map { "\($0)" }.joined(separator: "\n"))
    }
  }

  func run() throws -> Outcome {
    var (plan, profiles) = try plan()
    plan.bench.switching.exclusive += exclusive
    let relay = Locked<EventLog?>(nil)
    let twin = try TwinRig(
      bench: plan.bench,
      profiles: profiles,
      onExchange: { bus, exchange in
        let log = relay.withLock { $0 }
        log?.append(.exchanged(RecordedExchange(bus: bus, exchange)))
      },
      answers: answers
    )
    let kept = Locked<[RecordedEvent]>([])
    let room = roomForEvents
    let log = EventLog(lane: twin.lane) { event in
      try kept.withLock { events in
        guard events.count < room else { throw DiskFull() }
        events.append(event)
      }
    }
    relay.withLock { $0 = log }
    let engine = Engine(plan: plan, rig: wrap(twin), log: log)
    let signal = try twin.virtualLane.run(limit: Duration.seconds(7200)) {
      await engine.run(Self.start)
    }
    return Outcome(events: kept.withLock { $0 }, run: log.judged(), signal: signal)
  }

  private var benchText: String {
    var text = bench + "  meters:\n"
    for (name, serial) in [("A1", 21_034_567), ("A2", 21_034_568), ("A3", 21_034_569)]
    where bench.contains("  \(name):") {
      text += "    \(name): { serial: \(serial), firmware: \"1.07\""
      text += meters[name].map { ", \($0)" } ?? ""
      text += " }\n"
    }
    if !faults.isEmpty {
      text += "  faults:\n" + faults.map { "    - { \($0) }\n" }.joined()
    }
    return text
  }

  private static let start = RunStarted(
    tool: "meterbench test",
    run: "rehearsal",
    rig: RigKind.twin.rawValue,
    host: "twin",
    wallTime: "2026-01-05T09:00:00.000Z",
    wallClockIsSynchronised: true,
    bench: .init(path: "bench.yaml", text: ""),
    scenario: .init(path: "scenario.yaml", text: ""),
    profiles: [],
    scenarioName: "rehearsal",
    benchName: "bench-3",
    parameters: []
  )

  struct Unsound: Error, CustomStringConvertible { var description: String }
  struct DiskFull: Error, CustomStringConvertible {
    var description: String { "no space left on device" }
  }
}

/// Three positions on one bus, each with its supply; two loads; a reference with pulses.
enum Bench3 {
  /// The same with fewer positions.
  static func only(_ count: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(of: "  A\(count + 1):"),
      let end = lines.firstIndex(of: "loads:")
    else { return text }
    return (lines[..<first] + lines[end...]).joined(separator: "\n")
  }

  /// The same behind a door that must be closed.
  static let withInterlock = text.replacing(
    "reference:\n",
    with: "interlocks:\n  door: { chip: main, line: GPIO4, must-be: active }\nreference:\n"
  )

  static let text = """
    bench: bench-3
    adapters:
      left: { usb-serial: TWIN0001 }
    buses:
      dut: { adapter: left, baud: 9600, parity: none, stop-bits: 2 }
    gpio:
      main: { chip-label: twin }
    source: { voltage: 230 V ± 0.5 %, frequency: 50 Hz }
    positions:
      A1:
        meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 1 }
        pulse-1: { chip: main, line: GPIO17, active: low, bias: pull-up }
        pulse-2: { chip: main, line: GPIO27, active: low, bias: pull-up }
        supply: { chip: main, line: GPIO22, safe: off }
      A2:
        meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 2 }
        pulse-1: { chip: main, line: GPIO5, active: low, bias: pull-up }
        pulse-2: { chip: main, line: GPIO6, active: low, bias: pull-up }
        supply: { chip: main, line: GPIO23, safe: off }
      A3:
        meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 3 }
        pulse-1: { chip: main, line: GPIO12, active: low, bias: pull-up }
        pulse-2: { chip: main, line: GPIO13, active: low, bias: pull-up }
        supply: { chip: main, line: GPIO24, safe: off }
    loads:
      bank-5A:
        output: { chip: main, line: GPIO26, safe: off }
        resistance: 46 Ω ± 0.2 %
        settle: 5 s
      bank-2A:
        output: { chip: main, line: GPIO20, safe: off }
        resistance: 115 Ω ± 0.2 %
        settle: 5 s
    reference:
      pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }
      energy: active-import
      accuracy: 0.05 %
      calibrated-until: 2027-05-01
      certificate: K-1234
    twin:
      epoch: 2026-01-05T09:00:00Z
      seed: 1

    """
}

/// Scenarios that several suites rehearse.
enum Script {
  /// Steps as in a file, between powering up a 5 A meter under a load and powering down.
  static func underLoad(_ steps: String, load: String = "bank-5A") -> String {
    """
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: \(load) }

    """ + steps + (steps.hasSuffix("\n") ? "" : "\n") + """
      finally:
        - apply: { load: off, supply: off }
      """
  }

  /// Power up, set up, one gate of pulses with a reference, power down. The gate is open from 10 s
  /// to 27 s.
  static func pulses(
    _ expect: String = "error: ± 0.5 %",
    pulses: Int = 60,
    conditions: String = ""
  ) -> String {
    """
    needs: { outputs: [pulse-2], reference: active-energy }
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - on-failure: continue
        count-pulses:
          output: pulse-2
          at-least: \(pulses) pulses
          conditions: { \(conditions) }
          expect: { \(expect) }
    finally:
      - apply: { load: off, supply: off }
    """
  }
}
