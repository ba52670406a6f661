import Judging
import RunRecord
import Testing
import Verdicts

/// What a meter, its wiring or the bench can do to pulses, and who answers for it.
@Suite("A run that counts pulses")
struct PulseRunTests {
  @Test("A constant 0.8 % off fails the 0.5 % rule, on that position alone")
  func constantIsOff() throws {
    let outcome = try Rehearsal(Script.pulses(pulses: 200), meters: ["A2": "error: 0.8 %"]).run()
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A2") == .failed)
    #expect(outcome.kinds("A2") == [.limit])
    #expect(outcome.verdict("A3") == .passed)
    #expect(outcome.verdict == .failed)
  }

  @Test("An error within its uncertainty of the limit is inconclusive, never passed")
  func closeToTheLimit() throws {
    for error in ["0.49 %", "0.51 %", "-0.49 %"] {
      let outcome = try Rehearsal(
        Script.pulses(pulses: 200),
        meters: ["A2": "error: \(error)"]
      ).run()
      #expect(outcome.verdict("A2") == .inconclusive, "\(error)")
      #expect(outcome.kinds("A2") == [.undecided], "\(error)")
      #expect(outcome.verdict("A1") == .passed)
    }
  }

  @Test("A width of 25 ms fails a rule of 30 ms, on that position alone")
  func narrowPulses() throws {
    let outcome = try Rehearsal(
      Script.pulses("error: ± 0.5 %, width: { at-least: 30 ms }"),
      faults: ["fault: pulse-width, on: A3, output: pulse-2, at: 0 s, amount: 25 ms"]
    ).run()
    #expect(outcome.verdict("A3") == .failed)
    #expect(outcome.kinds("A3") == [.limit])
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A2") == .passed)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var fault: String
    var verdict: Verdict
    var kind: Reason.Kind
    var testDescription: String { fault }

    init(_ fault: String, _ verdict: Verdict, _ kind: Reason.Kind) {
      self.fault = fault
      self.verdict = verdict
      self.kind = kind
    }
  }

  /// None may end as passed; none but the meter's own may end as failed.
  @Test(
    "A disturbed pulse train on one position gets its verdict, and its neighbours pass",
    arguments: [
      Case("fault: dropped-edge, on: A2, output: pulse-2, at: 12 s", .error, .lostEdges),
      Case("fault: edge-overflow, on: A2, output: pulse-2, at: 12 s", .error, .lostEdges),
      Case(
        "fault: dropped-pulse, on: A2, output: pulse-2, at: 12 s",
        .inconclusive,
        .unexplainedGap
      ),
      Case("fault: extra-pulse, on: A2, output: pulse-2, at: 12300 ms", .inconclusive, .condition),
      Case("fault: bounce, on: A2, output: pulse-2, at: 0 s, amount: 1 ms", .passed, .missing),
      Case(
        "fault: silent-output, on: A2, output: pulse-2, at: 12 s",
        .failed,
        .silentOutput
      ),
      Case(
        "fault: silent-output, on: A2, output: pulse-2, at: 0 s",
        .inconclusive,
        .silentOutput
      ),
    ]
  )
  func disturbedTrain(_ fault: Case) throws {
    let outcome = try Rehearsal(Script.pulses(), faults: [fault.fault]).run()
    #expect(outcome.verdict("A2") == fault.verdict)
    #expect(outcome.kinds("A2").contains(fault.kind) == (fault.verdict != .passed))
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A3") == .passed)
  }

  @Test("Two edges that are lost without a trace make a long pulse, which is not the meter's")
  func mergedPulses() throws {
    for start in stride(from: 12.0, to: 12.4, by: 0.05) {
      let outcome = try Rehearsal(
        Script.pulses("error: ± 5 %, width: { at-most: 120 ms }"),
        faults: [0, 0.01].map {
          "fault: dropped-edge, on: A2, output: pulse-2, at: \(Int((start + $0) * 1000)) ms"
        }
      ).run()
      #expect(outcome.verdict("A2") != .failed && outcome.verdict("A2") != .passed, "\(start)")
    }
  }

  @Test("A load that is lost late in a slow gate is the bench's, however many pulses came before")
  func lostLoadOfSlowOutput() throws {
    var rehearsal = Rehearsal(
      """
      needs: { outputs: [pulse-1], reference: active-energy }
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, energy-units: kilo, ct-primary: 5 A, pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.1 kWh }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-1
            at-least: 20 pulses
            expect: { error: ± 0.5 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: ["fault: load-step, at: 1000 s, amount: -100 %"]
    )
    rehearsal.bench = Bench3.only(1)
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .error)
    #expect(outcome.reasons("A1").contains { $0.text.contains("the reference saw energy for") })
  }

  @Test("Gaps that come again fail nobody where nothing shows that the load was steady")
  func gapsOfUnknownLoad() throws {
    let outcome = try Rehearsal(
      """
      needs: { outputs: [pulse-2] }
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, energy-units: kilo, ct-primary: 5 A }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-2
            at-least: 100 pulses
            expect: { width: { at-least: 30 ms } }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: [
        "fault: load-step, at: 20 s, until: 23 s, amount: -60 %",
        "fault: load-step, at: 60 s, until: 63 s, amount: -60 %",
      ]
    ).run()
    #expect(outcome.verdict == .inconclusive)
    #expect(outcome.kinds("A1").allSatisfy { $0 == .undecided })
  }

  @Test("A pulse too short to be one leaves the step open, though the count is right")
  func runtPulse() throws {
    let outcome = try Rehearsal(
      Script.pulses("error: ± 0.5 %, width: { at-least: 30 ms }", pulses: 200),
      faults: [
        "fault: extra-pulse, on: A2, output: pulse-2, at: 20100 ms",
        "fault: pulse-width, on: A2, output: pulse-2, at: 20095 ms, until: 20105 ms, amount: 3 ms",
      ]
    ).run()
    #expect(outcome.verdict("A2") == .inconclusive)
    #expect(outcome.kinds("A2") == [.condition])
    #expect(outcome.verdict("A1") == .passed)
  }

  @Test("An output whose pulses are all too short is neither silent nor alive, and says why")
  func onlyRunts() throws {
    let outcome = try Rehearsal(
      Script.pulses(),
      faults: ["fault: pulse-width, on: A2, output: pulse-2, at: 0 s, amount: 3 ms"]
    ).run()
    #expect(outcome.verdict("A2") == .inconclusive)
    #expect(outcome.kinds("A2").contains(.condition))
    #expect(outcome.verdict("A1") == .passed)
  }

  @Test(
    "What the bench does to everybody is nobody's failure",
    arguments: [
      Case("fault: silent-reference, at: 12 s", .error, .bench),
      Case("fault: suspend, at: 12 s, amount: 2 s", .error, .bench),
      Case("fault: load-step, at: 12 s, amount: -30 %", .inconclusive, .condition),
      Case("fault: stuck-output, on: bank-5A, at: 0 s", .error, .bench),
      Case("fault: dead-bus, on: dut, at: 0 s", .error, .bench),
      Case("fault: adapter-pulled, on: dut, at: 0 s", .error, .bench),
    ]
  )
  func sharedFault(_ fault: Case) throws {
    let outcome = try Rehearsal(
      Script.pulses(conditions: "load-stability: 1 %"),
      faults: [fault.fault]
    ).run()
    for name in ["A1", "A2", "A3"] {
      #expect(outcome.verdict(name) == fault.verdict)
      #expect(outcome.kinds(name).contains(fault.kind))
    }
  }
}
