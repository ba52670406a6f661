/// Cuts the request stream of one Modbus TCP connection.
public struct TCPRequestFramer: Sendable {
  /// A request as it was framed.
  public struct Framed: Hashable, Sendable {
    /// The client's number, to be repeated in the reply.
    public var transaction: UInt16
    /// The unit asked.
    public var unit: UnitIdentifier
    /// Function code and data.
    public var pdu: [UInt8]

    /// A framed request.
    public init(transaction: UInt16, unit: UnitIdentifier, pdu: [UInt8]) {
      self.transaction = transaction
      self.unit = unit
      self.pdu = pdu
    }

    /// The frame of a reply to this request.
    public func reply(_ pdu: [UInt8]) -> [UInt8] {
      TCPFrame.wrap(transaction: transaction, unit: unit, pdu: pdu)
    }
  }

  /// Whether a header was malformed. The stream has no known border any more: close it.
  public private(set) var hasFailed = false
  private var bytes: [UInt8] = []

  /// A framer for a new connection.
  public init() {}

  /// Takes bytes and returns the requests that are complete now; none after a malformed header.
  public mutating func receive(_ new: [UInt8]) -> [Framed] {
    guard !hasFailed else { return [] }
    bytes += new
    var found: [Framed] = []
    var start = 0
    scan: while true {
      switch TCPFrame.header(of: bytes[start...]) {
      case .incomplete: break scan
      case .malformed:
        hasFailed = true
        bytes = []
        return found
      case .frame(let transaction, let length):
        guard start + length <= bytes.count else { break scan }
        found.append(
          Framed(
            transaction: transaction,
            unit: UnitIdentifier(rawValue: bytes[start + 6]),
            pdu: Array(bytes[(start + TCPFrame.headerLength)..<(start + length)])
          )
        )
        start += length
      }
    }
    bytes.removeFirst(start)
    return found
  }
}
