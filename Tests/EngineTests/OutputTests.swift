import Judging
import Quantities
import Rig
import RunRecord
import Testing
import TwinRig
import Verdicts

/// Outputs may switch mains: in what order they move, and where they are left.
@Suite("Outputs of a run")
struct OutputTests {
  static let twoLoads = """
    steps:
      - apply: { supply: on, load: bank-5A }
      - wait: 5 s
      - on-failure: continue
        read: { voltage-l1: 230 V ± 5 % }
      - apply: { load: bank-2A }
      - wait: 5 s
      - apply: { supply: off, load: off }
      - apply: { supply: on }
      - apply: { load: bank-5A }
      - wait: 8 s
      - on-failure: continue
        read: { voltage-l1: 230 V ± 5 % }
    finally:
      - apply: { supply: off, load: off }
    """

  @Test("No load is ever on without supply, no two loads are on at once, and all ends off")
  func order() throws {
    for faults in [[], ["fault: interruption, at: 7 s, amount: 2"]] {
      let spy = SpiedOutputs.Log()
      var rehearsal = Rehearsal(Self.twoLoads, faults: faults)
      rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy)) }
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == (faults.isEmpty ? .passed : .inconclusive))
      let states = spy.states
      #expect(states.count > 8)
      for on in states {
        let loads = on.filter { if case .load = $0 { true } else { false } }
        let supplies = on.filter { if case .supply = $0 { true } else { false } }
        #expect(loads.count <= 1, "\(on)")
        #expect(loads.isEmpty || supplies.count == 3, "\(on)")
      }
      #expect(states.last?.isEmpty == true)
    }
  }

  @Test("Whichever command to an output fails, the run is an error, and all that can be is off")
  func failingCommand() throws {
    let spy = SpiedOutputs.Log()
    var rehearsal = Rehearsal(Self.twoLoads)
    rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy)) }
    _ = try rehearsal.run()
    let commands = spy.commands
    #expect(commands > 20)
    for index in 0..<commands {
      let spy = SpiedOutputs.Log()
      rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy, failsAt: index)) }
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == .error, "command \(index)")
      #expect(spy.states.last?.isEmpty == true, "command \(index): \(spy.states.last ?? [])")
    }
  }

  @Test("A load that does not obey leaves no other load on")
  func otherLoadsGoOff() throws {
    let spy = SpiedOutputs.Log()
    var rehearsal = Rehearsal(
      Self.twoLoads,
      faults: ["fault: stuck-output, on: bank-5A, at: 8 s"]
    )
    rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy)) }
    #expect(try rehearsal.run().verdict == .error)
    for (before, after) in zip(spy.states, spy.states.dropFirst()) {
      let loads = before.filter { if case .load = $0 { true } else { false } }
      let lost = before.subtracting(after)
      // No supply goes while a load that could be switched off is on.
      if lost.contains(where: { if case .supply = $0 { true } else { false } }) {
        #expect(loads.allSatisfy { $0 == .load("bank-5A") }, "\(before) \(after)")
      }
    }
  }

  @Test("A relay that sticks is found by its read-back, and the run does not claim to be safe")
  func stuckOn() throws {
    let outcome = try Rehearsal(
      Self.twoLoads,
      faults: ["fault: stuck-output, on: bank-5A, at: 2 s"]
    ).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.end?.outputsSafe == false)
    #expect(
      outcome.run.remarks.contains { $0.reason.kind == .bench && $0.part == "output load bank-5A" }
    )
  }

  @Test("Outputs that are not safe before the run end it before anything is energised")
  func unsafeBefore() throws {
    let outcome = try Rehearsal(
      Self.twoLoads,
      faults: ["fault: stuck-output, on: bank-5A, at: 0 s"]
    ).run()
    #expect(outcome.verdict == .error)
  }

  @Test("An interlock that is open at the start keeps everything from being energised")
  func openAtTheStart() throws {
    let spy = SpiedOutputs.Log()
    var rehearsal = Rehearsal(
      Self.twoLoads,
      faults: ["fault: interlock-opens, on: door, at: 0 s"]
    )
    rehearsal.bench = Bench3.withInterlock
    rehearsal.wrap = { SpoiltRig($0, outputs: SpiedOutputs($0.outputs, spy)) }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    #expect(!spy.states.contains { !$0.isEmpty })
    #expect(outcome.end?.outputsSafe == true)
  }

  @Test("An interlock that opens while a command is on its way: nothing stays on, nothing follows")
  func opensOnTheWay() throws {
    for milliseconds in stride(from: 100, to: 6000, by: 700) {
      let spy = SpiedOutputs.Log()
      var rehearsal = Rehearsal(
        Self.twoLoads,
        faults: ["fault: interlock-opens, on: door, at: \(milliseconds) ms"]
      )
      rehearsal.bench = Bench3.withInterlock
      rehearsal.wrap = { twin in
        let slow = SlowOutputs(outputs: SpiedOutputs(twin.outputs, spy), lane: twin.lane)
        return SpoiltRig(twin, outputs: slow)
      }
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == .error, "\(milliseconds) ms")
      #expect(spy.states.last?.isEmpty == true, "\(milliseconds) ms")
      // At most the one command that was on its way comes after everything was made safe.
      let safe = spy.states.indices.dropFirst(2).first { spy.states[$0].isEmpty } ?? 0
      let late = spy.states[safe...].filter { !$0.isEmpty }
      #expect(late.count <= 1, "\(milliseconds) ms: \(late)")
    }
  }

  @Test("A position that leaves the run loses its supply; the others keep theirs")
  func leavingPosition() throws {
    let outcome = try Rehearsal(
      NeverPassedTests.short,
      faults: ["fault: stuck-output, on: A2, at: 0 s"]
    ).run()
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A2") == .error)
    let afterStart = outcome.switchings.drop { $0 != "A3.supply on" }
    #expect(afterStart.dropFirst().first == "A2.supply off")
  }
}

/// Outputs that take their time.
struct SlowOutputs: Outputs {
  let outputs: any Outputs
  let lane: any Lane

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    _ = await lane.park(until: lane.now + .seconds(1))
    try await outputs.set(output, on: on)
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    try await outputs.readBack(output)
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    outputs.watchReadBacks(receive)
  }
}

/// Outputs that are watched, and that refuse one command where a test wants it.
struct SpiedOutputs: Outputs {
  final class Log: Sendable {
    private let moments = Locked<[Set<OutputName>]>([[]])
    private let count = Locked(0)
    private let log = Locked<[(output: OutputName, on: Bool, at: Double)]>([])

    /// Every command that was obeyed, with its time in seconds where the outputs know a lane.
    var times: [(output: OutputName, on: Bool, at: Double)] { log.withLock { $0 } }

    /// Everything that was on, after each command.
    var states: [Set<OutputName>] { moments.withLock { $0 } }
    var commands: Int { count.withLock { $0 } }

    func next() -> Int {
      count.withLock { count in
        defer { count += 1 }
        return count
      }
    }

    func set(_ output: OutputName, on: Bool, at time: Double) {
      log.withLock { $0.append((output, on, time)) }
      moments.withLock { moments in
        var state = moments.last ?? []
        if on { state.insert(output) } else { state.remove(output) }
        moments.append(state)
      }
    }
  }

  private let outputs: any Outputs
  private let log: Log
  private let failsAt: Int?
  private let lane: (any Lane)?

  init(_ outputs: any Outputs, _ log: Log, failsAt: Int? = nil, lane: (any Lane)? = nil) {
    self.lane = lane
    self.outputs = outputs
    self.log = log
    self.failsAt = failsAt
  }

  private func count(_ what: String) throws(RigFault) {
    if log.next() == failsAt { throw RigFault(Part(.output, what), "the line is busy") }
  }

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    try count("\(output)")
    try await outputs.set(output, on: on)
    log.set(output, on: on, at: lane?.now.seconds ?? 0)
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    try count("\(output)")
    return try await outputs.readBack(output)
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    outputs.watchReadBacks(receive)
  }
}
