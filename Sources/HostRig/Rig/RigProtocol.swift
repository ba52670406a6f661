import FoundationEssentials
public import Pulses
public import Quantities

/// The protocol of a rig socket, through which a twin that runs in real time offers what is no
/// bus: pulse lines, outputs, interlocks.
///
/// A client connects; the twin makes its outputs safe and says `hello`. From then on it reports
/// edges and interlocks as they happen, and answers requests by their number. When the connection
/// ends, for whatever reason, it makes its outputs safe again. Each message is one line of JSON.
/// Parts go by their roles in the bench file, moments are nanoseconds of `CLOCK_MONOTONIC`.
public enum RigProtocol {
  /// The version of the messages; both ends must have the same.
  public static let version = 2

  /// What a client asks for. Every request is answered with its number.
  public enum Request: Codable, Hashable, Sendable {
    /// Switches an output.
    case set(id: Int, output: String, on: Bool)
    /// Asks what an output really does.
    case get(id: Int, output: String)
    /// Makes all outputs safe, loads first.
    case makeAllSafe(id: Int)
  }

  /// What the twin reports.
  public enum Report: Codable, Hashable, Sendable {
    /// The first message.
    case hello(twin: Hello)
    /// What happened on a line, in order.
    case edges(line: String, edges: [WireEdge])
    /// Edges of a line were lost, and the twin knows.
    case lost(line: String, at: Instant)
    /// An interlock opened or closed.
    case interlock(name: String, isOpen: Bool)
    /// What an output does changed; before the answer to any request that came later.
    case readBack(output: String, isOn: Bool, at: Instant)
    /// The answer to a request: what the output really does, or nil where nothing tells.
    case output(id: Int, isOn: Bool?)
    /// The answer to a request that cannot be obeyed.
    case refused(id: Int, why: String)
  }

  /// Who serves, and what.
  public struct Hello: Codable, Hashable, Sendable {
    /// The version of the protocol.
    public var version: Int
    /// The name of the bench that is simulated.
    public var bench: String
    /// The pulse lines.
    public var lines: [String]
    /// The switched outputs.
    public var outputs: [String]
    /// The interlocks that are open.
    public var openInterlocks: [String]

    /// A greeting in the present version.
    public init(bench: String, lines: [String], outputs: [String], openInterlocks: [String]) {
      version = RigProtocol.version
      self.bench = bench
      self.lines = lines
      self.outputs = outputs
      self.openInterlocks = openInterlocks
    }
  }

  /// An edge on its way.
  public struct WireEdge: Codable, Hashable, Sendable {
    /// When it happened.
    public var at: Instant
    /// Counts up by one with each edge of the line, and wraps; a gap proves a loss.
    public var number: UInt32
    /// Whether the line became active.
    public var leading: Bool

    /// The edge as it travels; one without a number has none to prove anything with.
    public init?(_ edge: Edge) {
      guard let number = edge.sequence else { return nil }
      at = edge.time
      self.number = number
      leading = edge.isLeading
    }

    /// The edge as it is analysed.
    public var edge: Edge { Edge(time: at, isLeading: leading, sequence: number) }
  }

  /// The line of a message.
  public static func line(of message: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Nothing in these messages can fail to be encoded: no floating point, no foreign type.
    let data = (try? encoder.encode(message)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// The message in a line; nil where it holds none that this version knows.
  public static func message<Message: Decodable>(_ type: Message.Type, in line: String) -> Message?
  {
    try? JSONDecoder().decode(type, from: Data(line.utf8))
  }
}
