import Quantities
import Rig

/// The client's end of a guard's socket.
final class GuardSocket: OutputHolder {
  /// How long outputs may stay energised without a sign of the engine.
  static let lease = Duration.seconds(2)

  private let bench: String
  private let configuration: GuardConfiguration
  private let connection: PartsConnection<GuardReport>

  /// Finds or starts the guard; blocks the calling thread until then.
  init(
    bench: String,
    configuration: GuardConfiguration,
    lane: ThreadLane
  ) throws(RigFault) {
    self.bench = bench
    self.configuration = configuration
    connection = try PartsConnection(
      try GuardProcess.connection(bench: bench),
      part: Part(.host, ""),
      name: "the guard of bench '\(bench)'",
      lane: lane,
      decode: GuardReport.decode
    )
  }

  /// Has the guard take the lines over, each output with its safe value.
  ///
  /// - Returns: the interlocks that are open.
  /// - Throws: which part cannot be had, and why.
  func hold() async throws(RigFault) -> [String] {
    try await Self.greeting(of: connection)
    try await connection.tell("begin \(Self.lease.nanoseconds)")
    for line in configuration.lines { try await connection.tell(line) }
    try await connection.tell("hold")
    var open: [String] = []
    while true {
      // With a load that does not obey it takes the pause twice, of this bench file and of the last.
      switch try await Self.next(of: connection, within: .seconds(25)) {
      case .report(.held): return open
      case .report(.interlock(let input, true, _)):
        if let name = configuration.interlocks[input] { open.append(name) }
      case .report(.unsafe(let why)): throw connection.fault("does not begin: \(why)")
      case .report(.unfit(let line, let code)):
        throw configuration.refusal(ofLine: line, code: code)
      case .refusal(_, let why): throw connection.fault("does not begin: \(why)")
      default: throw connection.fault("answers what this version does not know")
      }
    }
  }

  /// Waits for the greeting.
  private static func greeting(
    of connection: PartsConnection<GuardReport>
  ) async throws(RigFault) {
    // It may be on its way to safety from the run before, with that bench file's pause.
    switch try await next(of: connection, within: .seconds(15)) {
    case .report(.welcome(GuardReport.version)): return
    case .report(.busy(let process)):
      throw connection.fault("serves a run already, that of process \(process)")
    case .report(.foreign(let user)):
      throw connection.fault("belongs to another user (number \(user)); run the bench as one user")
    default:
      throw connection.fault(
        "is of another version of this program; end it with 'meterbench guard --release'"
      )
    }
  }

  private static func next(
    of connection: PartsConnection<GuardReport>,
    within patience: Duration = PartsConnection<GuardReport>.patience
  ) async throws(RigFault) -> PartsConnection<GuardReport>.Incoming {
    guard let line = try await connection.nextLine(within: patience) else {
      throw connection.fault("does not answer")
    }
    guard let incoming = GuardReport.decode(line) else {
      throw connection.fault("says what this version does not know: \(line.prefix(80))")
    }
    return incoming
  }

  /// Begins the lease before anybody can ask for an output; its answer goes to nobody.
  func beginLease() { connection.post("renew 0") }

  /// Prolongs the lease.
  ///
  /// - Throws: where the guard does not answer.
  func renew() async throws(RigFault) {
    _ = try await connection.ask(about: connection.part) { "renew \($0)" }
  }

  /// Takes questions from here on; `run` must follow, which answers them.
  func begin() { connection.begin() }

  /// What happens on the guard's lines.
  enum Event: Sendable {
    case interlock(String, isOpen: Bool, at: Instant)
    case readBack(ReadBackChange)
    /// Outputs are no longer the run's, or do not get safe.
    case fault(RigFault)
  }

  /// Hands out what happens until the task is cancelled or the connection is lost.
  ///
  /// - Returns: the fault; nil where the task was cancelled.
  func run(_ receive: @Sendable (Event) -> Void) async -> RigFault? {
    await connection.run { report in
      switch report {
      case .interlock(let input, let isOpen, let moment):
        if let name = configuration.interlocks[input] {
          receive(.interlock(name, isOpen: isOpen, at: moment))
        }
      case .readBack(let input, let isOn, let moment):
        if let output = configuration.output(ofReadBack: input) {
          receive(.readBack(ReadBackChange(output: output, isOn: isOn, time: moment)))
        }
      case .expired:
        let lease = Quantity(Self.lease.inSeconds, .second).readable
        receive(
          .fault(
            connection.fault(
              "heard nothing of this process for \(lease) and makes every output safe; was it "
                + "stopped, or is the machine overloaded?"
            )
          )
        )
      case .unsafe(let why):
        receive(
          .fault(
            connection.fault(
              "cannot make every output safe and goes on trying: \(why); cut the supply by hand"
            )
          )
        )
      case .welcome, .held, .unfit, .busy, .foreign, .holding: break
      }
    }
  }

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    let part = Part(.output, output.description)
    guard let number = configuration.outputs[output.description] else {
      throw RigFault(part, "the guard does not hold it")
    }
    _ = try await connection.ask(about: part) { "set \($0) \(number) \(on ? 1 : 0)" }
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    guard let number = configuration.readBacks[output.description] else { return nil }
    return try await connection.ask(about: Part(.output, output.description)) {
      "get \($0) \(number)"
    }
  }

  /// Ends this client past everything that may be stuck, and waits, on the calling thread, for the
  /// guard to hang up, which it does when all is safe, or when it said what is not.
  ///
  /// - Returns: whether all is safe.
  @discardableResult
  func emergency() -> Bool {
    guard connection.finish(with: "status", within: .seconds(1) + configuration.pause) else {
      return false
    }
    // Its last words may have gone to the reader: it is asked anew. One without outputs has ended.
    switch try? HostGuard.state(bench: bench) {
    case .waiting?: return true
    case nil: return configuration.outputs.isEmpty
    case .serving, .unsafe, .foreign, .unknown: return false
    }
  }

  /// Ends the connection.
  func close() { connection.close() }
}
