/// The blocks of a pcapng file (IETF draft-ietf-opsawg-pcapng), little-endian. Blocks and options end at
/// multiples of four bytes.
enum PcapngBlocks {
  /// `opt_comment`, which every block may have.
  static let comment: UInt16 = 1

  /// The first block: whose file it is, with remarks.
  static func section(application: String, comments: [String]) -> [UInt8] {
    var body: [UInt8] = []
    append(UInt32(0x1A2B_3C4D), to: &body)
    append(UInt16(1), to: &body)
    append(UInt16(0), to: &body)
    // The section's length is not known while it is written.
    append(UInt64.max, to: &body)
    for text in comments { option(comment, Array(text.utf8), to: &body) }
    // shb_userappl
    option(4, Array(application.utf8), to: &body)
    return block(0x0A0D_0D0A, closed(body))
  }

  /// An interface whose packets carry nanoseconds.
  static func interface(name: String, linkType: UInt16) -> [UInt8] {
    var body: [UInt8] = []
    append(linkType, to: &body)
    append(UInt16(0), to: &body)
    // No limit on the length of packets.
    append(UInt32(0), to: &body)
    // if_name, and if_tsresol: units of 10⁻⁹ s.
    option(2, Array(name.utf8), to: &body)
    option(9, [9], to: &body)
    return block(1, closed(body))
  }

  /// What `epb_flags` says of a packet.
  struct Flags {
    var isOutbound: Bool
    var hasCRCError = false

    fileprivate var word: UInt32 { (isOutbound ? 2 : 1) | (hasCRCError ? 1 << 24 : 0) }
  }

  /// A packet.
  ///
  /// - Parameter time: in nanoseconds since 1970.
  static func packet(
    interface: UInt32,
    time: UInt64,
    _ bytes: [UInt8],
    flags: Flags,
    comment text: String
  ) -> [UInt8] {
    var body: [UInt8] = []
    append(interface, to: &body)
    append(UInt32(time >> 32), to: &body)
    append(UInt32(truncatingIfNeeded: time), to: &body)
    append(UInt32(clamping: bytes.count), to: &body)
    append(UInt32(clamping: bytes.count), to: &body)
    body += bytes
    pad(&body)
    option(comment, Array(text.utf8), to: &body)
    var word: [UInt8] = []
    append(flags.word, to: &word)
    option(2, word, to: &body)
    return block(6, closed(body))
  }

  private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(clamping: body.count + 12)
    var bytes: [UInt8] = []
    append(type, to: &bytes)
    append(length, to: &bytes)
    bytes += body
    append(length, to: &bytes)
    return bytes
  }

  /// Appends an option; its length has 16 bits.
  private static func option(_ code: UInt16, _ value: [UInt8], to body: inout [UInt8]) {
    let value = value.prefix(Int(UInt16.max))
    append(code, to: &body)
    append(UInt16(value.count), to: &body)
    body += value
    pad(&body)
  }

  /// A body with the end of its options.
  private static func closed(_ body: [UInt8]) -> [UInt8] { body + [0, 0, 0, 0] }

  private static func pad(_ bytes: inout [UInt8]) {
    while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
