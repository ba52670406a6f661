import Markup
import Modbus
import Quantities
public import RunRecord

/// The frames of every bus as a pcapng file, for Wireshark: an interface for each bus, the time of
/// the record's wall clock to the nanosecond.
///
/// Each packet's comment begins with the record's word for the frame, and that of a request says how the
/// exchange ended. Exchanges stand in the order in which they ended.
public struct BusCapture {
  private var origin = TraceOrigin()
  private var interfaces: [String: UInt32] = [:]
  private var hasHeader = false

  /// A capture that has seen nothing.
  public init() {}

  /// Takes the next event of the record, and returns what the file grows by.
  public mutating func take(_ recorded: RecordedEvent) -> [UInt8] {
    origin.take(recorded)
    var bytes = header()
    if case .exchanged(let exchange) = recorded.event { append(exchange, to: &bytes) }
    return bytes
  }

  /// What is left to write behind the last event.
  public mutating func finish() -> [UInt8] { header() }

  private mutating func header() -> [UInt8] {
    guard !hasHeader else { return [] }
    hasHeader = true
    return PcapngBlocks.section(
      application: Visible.line(origin.start?.tool ?? "meterbench"),
      comments: origin.lines.map { Visible.line($0) }
    )
  }

  private mutating func append(_ exchange: RecordedExchange, to bytes: inout [UInt8]) {
    let interface: UInt32
    if let known = interfaces[exchange.bus] {
      interface = known
    } else {
      interface = UInt32(clamping: interfaces.count)
      interfaces[exchange.bus] = interface
      bytes += PcapngBlocks.interface(
        name: Visible.line(exchange.bus),
        linkType: ExportedFrame.linkType
      )
    }
    for frame in exchange.frames {
      let kind = TracedFrame.Kind(rawValue: frame.kind)
      // A packet that is larger than Wireshark takes would cost the whole file.
      let line = (frame.octets ?? []).prefix(Self.longest)
      var comment = Visible.line(frame.kind)
      if frame.octets == nil { comment += ": the record's bytes are not hexadecimal" }
      if kind == .request {
        comment += "; outcome: \(Visible.line(exchange.outcome))"
      }
      let exported = ExportedFrame(
        bytes: Array(line),
        sender: kind?.sender,
        label: Visible.line(frame.kind, limit: 40),
        bus: interface
      )
      bytes += PcapngBlocks.packet(
        interface: interface,
        time: origin.wallTime(frame.at).nanosecondsSinceEpoch,
        exported.packet,
        flags: .init(
          isOutbound: kind == .request || kind == .probe,
          hasCRCError: kind == .damaged
        ),
        comment: comment
      )
    }
  }

  private static let longest = 65_535
}

extension TracedFrame.Kind {
  /// Who sent such a frame; nil where it is no valid one.
  fileprivate var sender: ExportedFrame.Sender? {
    switch self {
    case .request, .probe, .echo: .bench
    case .reply, .probeReply, .late, .mismatched: .meter
    case .stranger: .unknown
    case .noise, .damaged: nil
    }
  }
}

extension RecordedExchange.Frame {
  /// The bytes; nil where the text is not hexadecimal.
  fileprivate var octets: [UInt8]? {
    let digits = Array(bytes.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var octets: [UInt8] = []
    octets.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else {
        return nil
      }
      octets.append(high << 4 | low)
    }
    return octets
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
