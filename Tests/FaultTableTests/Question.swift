import Modbus

/// One request of a scenario and how it must end.
struct Question: Sendable {
  /// How the table calls it.
  var label: String
  var request: Request
  var unit: UnitIdentifier = 1
  var limits: DeviceLimits
  var expected: Ending
  /// What a read must bring; nil where nothing is read.
  var values: [UInt16]?

  /// Time enough on the busiest machine: a reply that is counted on comes before, and whoever
  /// waits for this to pass is found out.
  static let patient = DeviceLimits(responseLimit: .seconds(30), lateWindow: .milliseconds(20))
  /// For a reply that is known not to come, or not as it should.
  static let brief = DeviceLimits(responseLimit: .milliseconds(800))

  /// Addresses below this are held by the device.
  static let registerCount = 100

  /// What the device holds at an address before anybody writes.
  static func value(at address: UInt16) -> UInt16 { 0x1000 + address * 0x0101 }

  /// Reads the two holding registers that belong to the label: A at 0, B at 2, C at 4.
  static func read(
    _ label: Character,
    _ limits: DeviceLimits = patient,
    expected: Ending = .right,
    values: [UInt16]? = nil
  ) -> Question {
    let address = 2 * UInt16(label.asciiValue.map { $0 - 0x41 } ?? 0)
    return Question(
      label: String(label),
      request: .readHoldingRegisters(address: address, count: 2),
      limits: limits,
      expected: expected,
      values: values ?? (address..<(address + 2)).map(value(at:))
    )
  }
}

/// How a transaction ended, without what differs from run to run.
enum Ending: Hashable, Sendable {
  /// What the device holds.
  case right
  /// Anything else that was handed over as an answer: what must never be.
  case wrong(Response)
  case refused(ExceptionCode)
  case failed(ExchangeFailure)
  case sentToAll
  case lineGone

  init(of exchange: Exchange, expecting values: [UInt16]?) {
    switch exchange.outcome {
    case .response(.written): self = .right
    case .response(let response): self = response.registers == values ? .right : .wrong(response)
    case .exception(let code): self = .refused(code)
    case .broadcast: self = .sentToAll
    // How much was heard depends on how the threads run.
    case .failed(.timedOut(let count)) where count > 1: self = .failed(.timedOut(received: 1))
    case .failed(let failure): self = .failed(failure)
    }
  }

  /// The table's words.
  var text: String {
    switch self {
    case .right: "right value"
    case .wrong: "WRONG VALUE"
    case .refused(let code): "exception \(code)"
    case .failed(.timedOut(let count)) where count > 0: "error: no reply in time, only noise"
    case .failed(let failure):
      "error: " + (failure.description.split(separator: ":").first.map(String.init) ?? "")
    case .sentToAll: "sent, no answer awaited"
    case .lineGone: "bench fault: the line is gone"
    }
  }
}
