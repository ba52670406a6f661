import Crypto
public import FoundationEssentials

/// A line of a record's file: an event, and what makes a change of the lines before it show.
struct ChainedLine: Encodable {
  var event: RecordedEvent
  /// The digest of the line before it in its file; nil on the first.
  var after: String?
  /// On the last line of a complete record: the files beside it.
  var files: [SealedFile]?

  private enum Key: String, CodingKey { case after, files }

  func encode(to encoder: any Encoder) throws {
    try event.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(after, forKey: .after)
    try container.encodeIfPresent(files, forKey: .files)
  }

  /// The line with its end. Keys are sorted, so equal lines are equal bytes.
  func data() throws -> Data { try RecordedEvent.encoder.encode(self) + [UInt8(ascii: "\n")] }
}

/// What the last line of a complete record holds besides its event.
struct ChainLinks: Decodable {
  var files: [SealedFile]?
}

/// A file as it was when the record ended.
public struct SealedFile: Hashable, Sendable, Codable {
  public var name: String
  public var bytes: Int
  public var lines: Int
  /// SHA-256 of the file, in hexadecimal.
  public var sha256: String
}

/// SHA-256 (FIPS 180-4) as the record writes it.
public enum Digest {
  /// Of some bytes, in lower-case hexadecimal.
  public static func of(_ bytes: Data) -> String { text(SHA256.hash(data: bytes)) }

  /// A finished digest in lower-case hexadecimal.
  static func text(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self
    )
  }
}
