import Modbus

/// A frame as a packet that Wireshark dissects without any setting: the link type
/// LINKTYPE_WIRESHARK_UPPER_PDU carries, before the bytes of the line, tags that name the dissector
/// and the two ends (epan/exported_pdu.h of Wireshark; all of it big-endian).
///
/// The bench stands at address 0.0.0.0 and unit n at 0.0.0.n; ports tell who asks. The dissector of RTU
/// frames knows a reply by the port 0 that it comes from, that of TCP by 502.
struct ExportedFrame {
  /// LINKTYPE_WIRESHARK_UPPER_PDU of the registry of link types.
  static let linkType: UInt16 = 252

  /// Who sent the frame.
  enum Sender {
    case bench, meter
    /// Another unit was asked or answers; the dissector looks at the bytes.
    case unknown
  }

  var bytes: [UInt8]
  /// Nil where the bytes are no frame.
  var sender: Sender?
  /// What stands for the protocol where no dissector takes the bytes.
  var label: String
  /// The number of its bus; it keeps conversations of different buses apart.
  var bus: UInt32

  /// The packet: tags, then the bytes of the line.
  var packet: [UInt8] {
    var tags: [UInt8] = []
    guard let sender, let framing = Framing(bytes) else {
      Self.tag(12, Array("data".utf8), to: &tags)
      // EXP_PDU_TAG_COL_PROT_TEXT
      Self.tag(33, Array(label.utf8), to: &tags)
      return tags + [0, 0, 0, 0] + bytes
    }
    // EXP_PDU_TAG_DISSECTOR_NAME
    Self.tag(12, Array(framing.dissector.utf8), to: &tags)
    let (bench, meter): ([UInt8], [UInt8]) = ([0, 0, 0, 0], [0, 0, 0, framing.unit])
    let asks = sender == .bench
    // EXP_PDU_TAG_IPV4_SRC, _DST
    Self.tag(20, asks ? bench : meter, to: &tags)
    Self.tag(21, asks ? meter : bench, to: &tags)
    if sender != .unknown {
      // EXP_PDU_TAG_PORT_TYPE: TCP; EXP_PDU_TAG_SRC_PORT, _DST_PORT. Any port but a meter's will do for
      // the bench; these are the dynamic ones.
      let client = 49_152 + bus % 16_384
      Self.tag(24, Self.word(2), to: &tags)
      Self.tag(25, Self.word(asks ? client : framing.port), to: &tags)
      Self.tag(26, Self.word(asks ? framing.port : client), to: &tags)
    }
    return tags + [0, 0, 0, 0] + bytes
  }

  /// How the frame says where it begins and ends.
  private struct Framing {
    var dissector: String
    var unit: UInt8
    /// A meter's.
    var port: UInt32

    /// Nil where Wireshark would not dissect the bytes, or would take them for what they are not: its
    /// dissector of RTU frames refuses broadcasts.
    init?(_ bytes: [UInt8]) {
      if bytes.count >= 4, bytes[0] != 0, CRC16.of(bytes) == 0 {
        (dissector, unit, port) = ("mbrtu", bytes[0], 0)
      } else if bytes.count >= 8, bytes[2] == 0, bytes[3] == 0,
        Int(bytes[4]) << 8 | Int(bytes[5]) == bytes.count - 6
      {
        (dissector, unit, port) = ("mbtcp", bytes[6], 502)
      } else {
        return nil
      }
    }
  }

  private static func tag(_ code: UInt16, _ value: [UInt8], to tags: inout [UInt8]) {
    let count = (value.count + 3) / 4 * 4
    tags += [UInt8(code >> 8), UInt8(code & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
    tags += value + Array(repeating: 0, count: count - value.count)
  }

  private static func word(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 255) }
  }
}
