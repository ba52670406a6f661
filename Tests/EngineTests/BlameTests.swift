import Judging
import Modbus
import Quantities
import Rig
import RunRecord
import Testing
import TwinRig
import Verdicts

/// What looks like a meter's fault and is one of the bench.
@Suite("A bench that fails is not the meter's failure")
struct BlameTests {
  @Test("A bus that is away for half a second fails no meter")
  func shortOutage() throws {
    for fault in [
      "fault: dead-bus, at: 2100 ms, until: 2600 ms, on: dut",
      "fault: damaged-replies, at: 2100 ms, until: 2600 ms, on: dut",
    ] {
      let outcome = try Rehearsal(BusRunTests.readings, faults: [fault]).run()
      for name in ["A1", "A2", "A3"] {
        #expect(outcome.verdict(name) != .failed, "\(name), \(fault)")
      }
      #expect(outcome.verdict != .passed)
    }
  }

  @Test("A source that fails while registers are compared fails no meter")
  func sourceFails() throws {
    for end in ["43 s", "44 s", "46 s", "55 s"] {
      let outcome = try Rehearsal(
        """
        needs: { outputs: [pulse-2] }
        steps:
          - apply: { supply: on }
          - wait: 2 s
          - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
          - apply: { load: bank-5A }
          - on-failure: continue
            compare-registers: { output: pulse-2, during: 2 min, expect: { difference: ± 5 % } }
        finally:
          - apply: { load: off, supply: off }
        """,
        faults: ["fault: load-step, at: 40 s, until: \(end), amount: -100 %"]
      ).run()
      for name in ["A1", "A2", "A3"] {
        #expect(outcome.verdict(name) != .failed, "\(name), until \(end)")
        #expect(outcome.verdict(name) != .passed, "\(name), until \(end)")
      }
    }
  }

  @Test("A supply that falls off in a step makes its findings an error that names the relay")
  func supplyFallsOff() throws {
    var rehearsal = Rehearsal(Script.pulses(), meters: ["A2": "error: 0.8 %"])
    rehearsal.wrap = { twin in
      let outputs = FadingOutputs(
        outputs: twin.outputs,
        lane: twin.lane,
        output: .supply(position: "A2"),
        after: .seconds(12)
      )
      return SpoiltRig(twin, outputs: outputs)
    }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A2") == .error)
    #expect(
      outcome.step("count-pulses", on: "A2")?.remarks.contains { $0.part == "output A2.supply" }
        == true
    )
    #expect(outcome.verdict("A1") == .passed)
  }

  @Test("A supply that falls off in a step and comes back before its end fails no meter")
  func supplyFallsOffForAMoment() throws {
    for end in ["12010 ms", "15 s"] {
      let outcome = try Rehearsal(
        Script.pulses(),
        faults: ["fault: fallen-output, on: A2, at: 12 s, until: \(end)"],
        meters: ["A2": "error: 0.8 %"]
      ).run()
      #expect(outcome.verdict("A2") == .error, "until \(end)")
      let time = end == "15 s" ? "3 s" : "10 ms"
      #expect(
        outcome.step("count-pulses", on: "A2")?.remarks.contains { remark in
          remark.part == "output A2.supply" && remark.reason.text.contains("said off for \(time)")
        } == true,
        "until \(end)"
      )
      let step = outcome.step("count-pulses", on: "A2")
      let verdicts = (step?.findings.map(\.verdict) ?? []) + (step?.remarks.map(\.verdict) ?? [])
      #expect(!verdicts.contains(.failed), "until \(end): the step blames the meter as well")
      #expect(outcome.verdict("A1") == .passed, "until \(end)")
    }
  }

  @Test("What 'finally' finds behind a fault of the bench, or a stop, is not the meter's failure")
  func finallyBehindFault() throws {
    for fault in [
      "fault: interlock-opens, on: door, at: 20 s",
      "fault: fallen-output, on: bank-5A, at: 20 s, until: 21 s",
      "fault: stuck-output, on: bank-5A, at: 0 s",
      "fault: interruption, at: 4 s, amount: 2",
    ] {
      var rehearsal = Rehearsal(
        """
        steps:
          - apply: { supply: on }
          - wait: 5 s
          - apply: { load: bank-5A }
          - wait: 20 s
          - read: { voltage-l1: 230 V ± 5 % }
        finally:
          - read: { current-l1: 5 A ± 2 % }
          - apply: { supply: off, load: off }
        """,
        faults: [fault]
      )
      // Always supplied, so that the meter answers when the load is gone.
      rehearsal.bench = Bench3.withInterlock.replacing(
        "    supply: { chip: main, line: GPIO22, safe: off }\n",
        with: ""
      )
      let outcome = try rehearsal.run()
      let steps = outcome.position("A1")?.steps ?? []
      let verdicts = steps.flatMap { $0.findings.map(\.verdict) + $0.remarks.map(\.verdict) }
      #expect(!verdicts.contains(.failed), "\(fault): \(outcome.reasons("A1").map(\.text))")
      #expect(outcome.verdict("A1") != .passed, "\(fault)")
    }
  }

  @Test("A fall within the time that a read-back has is seen like any other")
  func fallWithinReadBackTime() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - on-failure: continue
          read: { voltage-l1: 230 V ± 5 % }
      finally:
        - apply: { supply: off }
      """,
      faults: ["fault: fallen-output, on: A1, at: 4900 ms, until: 5600 ms"]
    )
    rehearsal.bench = Bench3.only(1).replacing(
      "line: GPIO22, safe: off }",
      with: "line: GPIO22, safe: off, read-back: { chip: main, line: GPIO2, within: 10 s } }"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .error)
    #expect(outcome.reasons("A1").contains { $0.text.contains("its read-back s") })
  }

  @Test("A load that falls off in a step and comes back blames no meter for what it found")
  func loadFallsOffForAMoment() throws {
    let outcome = try Rehearsal(
      Script.pulses(),
      faults: ["fault: fallen-output, on: bank-5A, at: 12 s, until: 12500 ms"]
    ).run()
    for name in ["A1", "A2", "A3"] {
      #expect(outcome.verdict(name) == .error, "\(name)")
      let parts = outcome.step("count-pulses", on: name)?.remarks.map(\.part) ?? []
      #expect(parts.contains("output load bank-5A"), "\(name)")
    }
  }

  @Test("What a gateway says is neither a meter's refusal nor a proof of the bus")
  func gateway() throws {
    for code in [ExceptionCode.gatewayTargetFailedToRespond, .gatewayPathUnavailable] {
      var rehearsal = Rehearsal(NeverPassedTests.short)
      rehearsal.wrap = { twin in
        let link = ExceptionLink(code: code, lane: twin.lane)
        let timing = LineTiming(baud: 9600, bitsPerCharacter: 11)
        let client = Client(framing: .rtu(timing))
        return SpoiltRig(
          twin,
          bus: Bus(name: "dut", lane: twin.lane, link: link, client: client)
        )
      }
      let outcome = try rehearsal.run()
      for name in ["A1", "A2", "A3"] { #expect(outcome.verdict(name) == .error, "\(code)") }
    }
  }

  @Test(
    "A meter without the register of its serial number passes where it need not tell one, and only there"
  )
  func olderMeter() throws {
    func verdict(_ word: String, code: ExceptionCode = .illegalDataAddress) throws -> Verdict? {
      var rehearsal = Rehearsal(
        """
        steps:
          - apply: { supply: on }
          - wait: 5 s
          - identify: { serial-number: \(word) }
          - ask: { question: Is it lit?, choices: ["yes", "no"], expect: "yes" }
            name: light
        finally:
          - apply: { supply: off }
        """
      )
      rehearsal.answers = ["light": "yes"]
      rehearsal.wrap = { twin in
        let link = ExceptionLink(code: code, lane: twin.lane)
        let client = Client(framing: .rtu(LineTiming(baud: 9600, bitsPerCharacter: 11)))
        return SpoiltRig(
          twin,
          bus: Bus(name: "dut", lane: twin.lane, link: link, client: client)
        )
      }
      return try rehearsal.run().verdict("A1")
    }
    #expect(try verdict("if-told") == .passed)
    #expect(try verdict("any") == .inconclusive)
    // It has the register, and something is wrong with it.
    #expect(try verdict("if-told", code: .serverDeviceFailure) == .inconclusive)
    #expect(try verdict("if-told", code: .serverDeviceBusy) == .inconclusive)
  }

  @Test("A reference whose calibration ended makes readings against it an error")
  func expiredReference() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { system-type: 3P4W, ct-primary: 5 A }
        - apply: { load: bank-5A }
        - read: { active-power: { within: ± 3 %, of: reference } }
      finally:
        - apply: { load: off, supply: off }
      """
    )
    let meter = "power: { profile: sdm630, bus: dut, address: 9, quantity: active-power }"
    rehearsal.bench = Bench3.text.replacing(
      "pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }",
      with: meter
    )
    #expect(try rehearsal.run().verdict == .passed)
    rehearsal.bench = rehearsal.bench.replacing("2027-05-01", with: "2020-01-01")
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .error)
    #expect(outcome.run.remarks.contains { $0.part == "reference" })
  }
}

/// An output whose relay falls off by itself: only its read-back shows it.
private struct FadingOutputs: Outputs {
  var outputs: any Outputs
  var lane: any Lane
  var output: OutputName
  var after: Duration

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    try await outputs.set(output, on: on)
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    if output == self.output, lane.now > .zero + after { return false }
    return try await outputs.readBack(output)
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    outputs.watchReadBacks(receive)
  }
}

/// A gateway in front of a bus on which nobody answers.
private final class ExceptionLink: SerialLink {
  private let code: ExceptionCode
  private let lane: any Lane
  private var reply: [UInt8] = []

  init(code: ExceptionCode, lane: any Lane) {
    self.code = code
    self.lane = lane
  }

  nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    reply = RTUFrame.wrap(
      unit: UnitIdentifier(rawValue: bytes[0]),
      pdu: [bytes[1] | 0x80, code.rawValue]
    )
  }

  nonisolated(nonsending) func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8] {
    guard !reply.isEmpty else {
      if await lane.park(until: deadline) == .cancelled { throw .cancelled }
      return []
    }
    let moment = min(deadline, lane.now + .milliseconds(50))
    if await lane.park(until: moment) == .cancelled { throw .cancelled }
    defer { reply = [] }
    return reply
  }
}
