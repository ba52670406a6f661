import Judging
import Quantities
import Rig
import RunRecord
import Testing
import TwinRig
import Verdicts

/// What a bench file says of the times of outputs and of their company.
@Suite("Pauses, dwell times, exclusions and read-backs")
struct SwitchingTests {
  private static func rehearsal(
    _ scenario: String,
    bench change: (String) -> String,
    faults: [String] = []
  ) -> Rehearsal {
    var rehearsal = Rehearsal(scenario, faults: faults)
    rehearsal.bench = change(Bench3.only(1))
    return rehearsal
  }

  private static func pausing(_ bench: String) -> String {
    bench.replacing("reference:\n", with: "switching: { pause: 300 ms }\nreference:\n")
  }

  private static func dwelling(_ bench: String) -> String {
    bench.replacing("line: GPIO22, safe: off }", with: "line: GPIO22, safe: off, dwell: 4 s }")
  }

  private static let onAndOff = """
    steps:
      - apply: { supply: on, load: bank-5A }
      - wait: 5 s
      - on-failure: continue
        read: { voltage-l1: 230 V ± 5 % }
      - apply: { supply: off, load: off }
      - apply: { supply: on }
      - wait: 5 s
      - on-failure: continue
        read: { voltage-l1: 230 V ± 5 % }
    finally:
      - apply: { supply: off, load: off }
    """

  /// When outputs were switched: "A1.supply on" with its time in seconds.
  private static func moments(_ outcome: Rehearsal.Outcome) -> [(what: String, at: Double)] {
    outcome.events.compactMap { event -> (what: String, at: Double)? in
      guard case .switched(let switching) = event.event else { return nil }
      return ("\(switching.output) \(switching.on ? "on" : "off")", event.at.seconds)
    }
  }

  @Test("A pause stands between the switching of a load and of a supply, in both directions")
  func pause() throws {
    let outcome = try Self.rehearsal(Self.onAndOff, bench: Self.pausing).run()
    #expect(outcome.verdict == .passed)
    let moments = Self.moments(outcome)
    let on = try #require(moments.firstIndex { $0.what == "A1.supply on" })
    let load = try #require(moments.firstIndex { $0.what == "load bank-5A on" })
    #expect(abs(moments[load].at - moments[on].at - 0.3) < 0.01)
    let loadOff = try #require(moments[load...].firstIndex { $0.what == "load bank-5A off" })
    let supplyOff = try #require(moments[load...].firstIndex { $0.what == "A1.supply off" })
    #expect(abs(moments[supplyOff].at - moments[loadOff].at - 0.3) < 0.01)
  }

  @Test("An output keeps its safe value for its dwell time")
  func dwell() throws {
    let outcome = try Self.rehearsal(Self.onAndOff, bench: Self.dwelling).run()
    #expect(outcome.verdict == .passed)
    let moments = Self.moments(outcome).filter { $0.what.hasPrefix("A1.supply") }
    for (before, after) in zip(moments, moments.dropFirst())
    where before.what == "A1.supply off" && after.what == "A1.supply on" {
      #expect(after.at - before.at > 3.99, "\(before) \(after)")
    }
    // Nobody knows how long it was off before the run.
    #expect(try #require(moments.first { $0.what == "A1.supply on" }).at > 3.99)
  }

  @Test("A run that is interrupted within a dwell time energises nothing, and still ends safe")
  func interruptedDwell() throws {
    let outcome = try Self.rehearsal(
      Self.onAndOff,
      bench: Self.dwelling,
      faults: ["fault: interruption, at: 2 s, amount: 2"]
    ).run()
    #expect(outcome.signal == 2)
    #expect(outcome.verdict != .passed)
    #expect(!Self.moments(outcome).contains { $0.what.hasSuffix(" on") })
    #expect(outcome.end?.outputsSafe == true)
  }

  @Test("The way to safety keeps the pause, also where the run was interrupted")
  func interruptedPause() throws {
    let spy = SpiedOutputs.Log()
    var rehearsal = Self.rehearsal(
      Self.onAndOff,
      bench: Self.pausing,
      faults: ["fault: interruption, at: 3 s, amount: 2"]
    )
    rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy, lane: $0.lane)) }
    _ = try rehearsal.run()
    let offs = spy.times.filter { !$0.on && $0.at > 2.9 }
    let load = try #require(offs.first { $0.output == .load("bank-5A") })
    let supply = try #require(offs.first { $0.output == .supply(position: "A1") })
    #expect(supply.at - load.at > 0.299, "\(offs)")
  }

  @Test("Two outputs that exclude one another are never on together")
  func exclusion() throws {
    var rehearsal = Self.rehearsal(Self.onAndOff, bench: { $0 })
    rehearsal.exclusive = [["A1.supply", "load bank-5A"]]
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    #expect(
      outcome.reasons("A1").contains {
        $0.text.contains("is never on together with A1.supply")
      }
    )
    #expect(!Self.moments(outcome).contains { $0.what == "load bank-5A on" })
  }

  @Test("What an output excludes that did not switch off is not switched on: it may be on")
  func weldedExclusion() throws {
    let spy = SpiedOutputs.Log()
    var rehearsal = Self.rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 1 s
        - apply: { supply: off }
        - apply: { supply: on, load: bank-5A }
        - wait: 5 s
        - read: { voltage-l1: 230 V ± 5 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      bench: { $0 },
      faults: ["fault: stuck-output, on: A1, at: 10 ms"]
    )
    rehearsal.bench = Bench3.text
    rehearsal.exclusive = [["A1.supply", "load bank-5A"]]
    rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy, lane: $0.lane)) }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A2") == .error)
    #expect(outcome.reasons("A2").contains { $0.text.contains("did not obey") })
    #expect(!spy.times.contains { $0.output == .load("bank-5A") && $0.on })
  }

  @Test(
    "A read-back may follow within its time, and no later",
    arguments: [("200 ms", Verdict.passed), ("50 ms", .error)]
  )
  func lateReadBack(within: String, verdict: Verdict) throws {
    var rehearsal = Self.rehearsal(
      Self.onAndOff,
      bench: {
        $0.replacing(
          "line: GPIO22, safe: off }",
          with:
            "line: GPIO22, safe: off, read-back: { chip: main, line: GPIO2, within: \(within) } }"
        )
      }
    )
    rehearsal.wrap = { SpoiltRig($0, outputs: LateReadBacks(outputs: $0.outputs, lane: $0.lane)) }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == verdict)
    if verdict == .error {
      #expect(outcome.reasons("A1").contains { $0.text.contains("its read-back says off") })
    }
  }
}

/// Outputs whose read-backs follow after 100 ms, and tell so then, after the contact bounced twice.
private struct LateReadBacks: Outputs {
  let outputs: any Outputs
  let lane: any Lane
  let switched = Locked<[OutputName: Instant]>([:])
  let changes = ReadBackChanges()

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    let before = try await outputs.readBack(output)
    try await outputs.set(output, on: on)
    guard before != on else { return }
    switched.withLock { $0[output] = lane.now }
    for (isOn, after) in [(on, 100), (!on, 103), (on, 106)] {
      let time = lane.now + .milliseconds(after)
      changes.push(ReadBackChange(output: output, isOn: isOn, time: time))
    }
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    let shown = try await outputs.readBack(output)
    let since = switched.withLock { $0[output] }
    guard output == .supply(position: "A1"), let shown, let since,
      lane.now < since + .milliseconds(100)
    else { return shown }
    return !shown
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    changes.watch(receive)
  }
}
