import Modbus
import Quantities
import Rig
import TwinRig

/// A twin with one thing about it that a twin does not do by itself.
struct SpoiltRig: Rig {
  private let twin: TwinRig
  private let person: (any Operator)?
  private let fault: RigFault?
  private let interruption: Interruption?
  private let otherBus: Bus?
  let outputs: any Outputs

  init(
    _ twin: TwinRig,
    operator person: (any Operator)? = nil,
    fault: RigFault? = nil,
    interruption: Interruption? = nil,
    outputs: (any Outputs)? = nil,
    bus: Bus? = nil
  ) {
    self.twin = twin
    otherBus = bus
    self.person = person
    self.fault = fault
    self.interruption = interruption
    self.outputs = outputs ?? twin.outputs
  }

  var kind: RigKind { twin.kind }
  var lane: any Lane { twin.lane }
  var wallTime: WallTime { twin.wallTime }
  var suspendedTime: Duration { twin.suspendedTime }
  var remarks: [String] { twin.remarks }
  var `operator`: any Operator { person ?? twin.operator }
  var openInterlocks: [String] { twin.openInterlocks }
  func bus(_ name: String) -> Bus? { otherBus ?? twin.bus(name) }
  func edges(of line: LineName) -> EdgeStream? { twin.edges(of: line) }

  func operate<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    if let fault { throw fault }
    return try await twin.operate(body)
  }

  /// The interruption comes after one second, once.
  func nextInterruption() async -> Interruption {
    guard let interruption, lane.now < .zero + .seconds(1) else {
      return await twin.nextInterruption()
    }
    do { try await lane.sleep(until: .zero + .seconds(1)) } catch { return .none }
    return interruption
  }
}

/// A person at a terminal that is gone.
struct ThrowingOperator: Operator {
  func ask(_ question: Question) async throws(RigFault) -> String? {
    throw RigFault(Part(.operator, ""), "the terminal is gone")
  }
}
