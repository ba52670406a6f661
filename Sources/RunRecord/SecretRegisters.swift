import Modbus

/// Registers whose contents no record may hold, such as a meter's password.
public struct SecretRegisters: Hashable, Sendable {
  private var ranges: [Range<Int>] = []

  /// None.
  public init() {}

  /// Takes a secret holding register, or several that belong together.
  public mutating func add(holding address: UInt16, count: Int) {
    ranges.append(Int(address)..<Int(address) + count)
  }

  /// Whether a transaction reads or writes any of them.
  func isTouched(by request: Request) -> Bool {
    func touches(_ address: UInt16, _ count: Int) -> Bool {
      ranges.contains { $0.overlaps(Int(address)..<Int(address) + count) }
    }
    return switch request {
    case .readHoldingRegisters(let address, let count): touches(address, Int(count))
    case .writeRegister(let address, _), .maskWriteRegister(let address, _, _): touches(address, 1)
    case .writeRegisters(let address, let values): touches(address, values.count)
    case .readWriteRegisters(let read, let count, let write, let values):
      touches(read, Int(count)) || touches(write, values.count)
    default: false
    }
  }
}
