import Benches
public import MeterProfiles
public import Modbus
import Planning
import Rig
import Scenarios
import Verdicts

/// Talking to the meter of a position, and what its answers mean.
extension PositionRunner {
  /// What the meter answered.
  enum Answer {
    case registers([UInt16], Exchange)
    case done(Exchange)
    case exception(ExceptionCode)
  }

  /// Asks the meter.
  ///
  /// - Throws: `MeterSilence` where no valid reply came, `RigFault` where the line is to blame,
  ///   `BusFault` where it is gone.
  func ask(_ request: Request, _ step: PlannedStep) async throws -> Answer {
    guard let bus = rig.bus(position.bus) else {
      throw RigFault(Part(.bus, position.bus), "the rig has no such bus")
    }
    let unit = UnitIdentifier(rawValue: address)
    let exchange = try await bus.exchange(
      request,
      with: unit,
      limits: profile.communication.limits,
      retries: request.isWrite ? .none : .reads(step.step.readRetries)
    )
    switch exchange.outcome {
    case .response(let response):
      witness.answered(name, on: position.bus, at: lane.now)
      if let registers = response.registers { return .registers(registers, exchange) }
      return .done(exchange)
    case .exception(.gatewayTargetFailedToRespond):
      throw await silence(
        "unit \(address) on bus \(position.bus): the gateway got no reply"
      )
    case .exception(let code) where code.isOfGateway:
      throw RigFault(Part(.bus, position.bus), "the gateway answered with exception \(code)")
    case .exception(let code):
      witness.answered(name, on: position.bus, at: lane.now)
      return .exception(code)
    case .broadcast: return .done(exchange)
    case .failed(let failure):
      if failure.blamesLine {
        throw RigFault(Part(.bus, position.bus), "\(failure)")
      }
      // Bytes that are no reply may be another unit's that talks at the same time.
      let heard = exchange.skippedBytes > 0 || failure.isGarbled
      throw await silence("unit \(address) on bus \(position.bus): \(failure)", heard: heard)
    }
  }

  /// The circumstances of a silence at this moment.
  func silence(_ text: String, heard: Bool = false) async -> MeterSilence {
    let supplyProven: Bool
    if position.supply != nil {
      let readBack = try? await rig.outputs.readBack(.supply(position: name))
      supplyProven = (readBack ?? nil) == true
    } else {
      // A permanent supply is proven by an answer earlier in the run.
      supplyProven = witness.hasAnswered(name, on: position.bus)
    }
    return MeterSilence(
      text: text,
      supplyProven: supplyProven,
      busProvenBefore: witness.anotherAnswered(than: name, on: position.bus),
      heard: heard
    )
  }

  /// Whether the meter answers at this moment; an exception is an answer.
  func answers() async -> Bool {
    guard let bus = rig.bus(position.bus),
      let request = profile.quantities.first?.register.readRequest
    else { return false }
    let exchange = try? await bus.exchange(
      request,
      with: UnitIdentifier(rawValue: address),
      limits: profile.communication.limits
    )
    switch exchange?.outcome {
    case .response: return true
    case .exception(let code): return !code.isOfGateway
    default: return false
    }
  }

  /// The number in a register, in the register's own unit.
  ///
  /// - Parameter isOptional: whether a meter without the register is as good as any.
  /// - Returns: nil where the meter refused; the log says so then.
  func number(
    at register: RegisterAddress,
    of what: String,
    certainty: Certainty,
    isOptional: Bool = false,
    _ step: PlannedStep
  ) async throws -> Double? {
    switch try await ask(register.readRequest, step) {
    case .registers(let words, _):
      return register.encoding.decode(words, order: profile.communication.wordOrder)
    case .done: return nil
    case .exception(.illegalFunction) where isOptional,
      .exception(.illegalDataAddress) where isOptional:
      note(step, "the meter tells no \(what)")
      return nil
    case .exception(let code):
      refused(what, at: register, code, certainty, step)
      return nil
    }
  }

  /// Notes a refusal. Where the profile only infers the register, the meter is not to blame.
  func refused(
    _ what: String,
    at register: RegisterAddress,
    _ code: ExceptionCode,
    _ certainty: Certainty,
    _ step: PlannedStep
  ) {
    let text = "the meter refused \(what) (\(register)) with exception \(code)"
    if code == .serverDeviceBusy {
      observe(step, .undecided, "\(text); it is busy, and was not asked again")
    } else if certainty == .inferred {
      observe(
        step,
        .undecided,
        "\(text); the profile only infers this register, so the meter may be right"
      )
    } else {
      observe(step, .refused, text)
    }
  }
}

extension Communication {
  /// What a bus must respect when it talks to a meter of this type.
  public var limits: DeviceLimits {
    let probe: DeviceLimits.Probe =
      functions.contains(8)
      ? .diagnosticEcho : .read(.readInputRegisters(address: 0, count: 2))
    return DeviceLimits(
      responseLimit: responseLimit,
      minimumPause: minimumPause,
      probe: probe
    )
  }
}

extension ExceptionCode {
  /// Whether a gateway speaks, and not the unit that was asked.
  var isOfGateway: Bool {
    self == .gatewayPathUnavailable || self == .gatewayTargetFailedToRespond
  }
}

extension ExchangeFailure {
  /// Whether something was heard that is no valid reply.
  fileprivate var isGarbled: Bool {
    switch self {
    case .damagedReply, .wrongShape: true
    default: false
    }
  }

  /// Whether the line or the bench is to blame, whoever was asked.
  var blamesLine: Bool {
    switch self {
    case .timedOut, .damagedReply, .wrongShape, .notResynchronised: false
    case .readTooLate, .echoUndetermined, .collision, .lineBusy, .malformedStream, .disconnected,
      .cancelled:
      true
    }
  }
}
