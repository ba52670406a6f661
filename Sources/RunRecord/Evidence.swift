public import Modbus
public import Pulses
public import Quantities

/// One Modbus transaction as the record keeps it.
public struct RecordedExchange: Hashable, Sendable, Codable {
  public var bus: String
  public var unit: UInt8
  public var function: UInt8
  /// `response`, `exception 02`, or the failure in words.
  public var outcome: String
  public var started: Instant
  public var finished: Instant
  /// From the end of the request to the first byte of the reply, in nanoseconds.
  public var responseTime: Int64?
  public var skippedBytes: Int
  public var frames: [Frame]

  /// One frame on the line.
  public struct Frame: Hashable, Sendable, Codable {
    /// `request`, `reply`, `late`, `noise` and so on.
    public var kind: String
    public var at: Instant
    /// The bytes in hexadecimal; of a masked frame the first two, and zeros for the others.
    public var bytes: String
    /// True where the frame held a secret.
    public var masked: Bool?
  }

  /// The evidence of a transaction.
  ///
  /// - Parameter secrets: registers whose contents are masked. All frames of a transaction that touches them are, the
  ///   CRC among it: from that two bytes could be guessed. Only a request to read says nothing and stays.
  public init(bus: String, _ exchange: Exchange, hiding secrets: SecretRegisters = .init()) {
    self.bus = bus
    unit = exchange.unit.rawValue
    function = exchange.request.functionCode.rawValue
    outcome =
      switch exchange.outcome {
      case .response: "response"
      case .exception(let code): "exception \(code)"
      case .broadcast: "broadcast"
      case .failed(let failure): "\(failure)"
      }
    started = Instant(sinceOrigin: exchange.started)
    finished = Instant(sinceOrigin: exchange.finishedAt)
    responseTime = exchange.responseTime?.nanoseconds
    skippedBytes = exchange.skippedBytes
    let isSecret = secrets.isTouched(by: exchange.request)
    frames = exchange.frames.map { frame in
      let masks = isSecret && (exchange.request.isWrite || frame.kind != .request)
      let bytes =
        masks ? frame.bytes.prefix(2) + frame.bytes.dropFirst(2).map { _ in 0 } : frame.bytes[...]
      return Frame(
        kind: frame.kind.rawValue,
        at: Instant(sinceOrigin: frame.at),
        bytes: Self.hexadecimal(Array(bytes)),
        masked: masks ? true : nil
      )
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self
    )
  }
}

/// Edges of one line as the record keeps them.
public struct RecordedEdges: Hashable, Sendable, Codable {
  /// The line, as `A1.pulse-2`.
  public var line: String
  /// The moments of the edges. The level follows from `firstIsLeading`: edges alternate, and where
  /// they do not, `repeated` names the index of the second of two equal ones.
  public var times: [Instant]
  public var firstIsLeading: Bool
  public var repeated: [Int]

  /// The evidence of a batch of edges; nil where it is empty.
  public init?(line: String, _ edges: [Edge]) {
    guard let first = edges.first else { return nil }
    self.line = line
    times = edges.map(\.time)
    firstIsLeading = first.isLeading
    repeated = edges.indices.dropFirst().filter { edges[$0].isLeading == edges[$0 - 1].isLeading }
  }
}
