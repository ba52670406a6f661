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

  /// What became of a file beside the record since the run ended; nil where nothing did.
  ///
  /// - Parameter now: the file as it is; nil where it is not there.
  func change(of file: RecordFile, _ now: SealedFile?) -> RecordError? {
    let was = files?.first { $0.name == file.rawValue }
    guard let now else { return .missing(file) }
    guard now != was else { return nil }
    let text =
      "it was changed: it has \(now.lines) lines, \(now.bytes) bytes and the SHA-256 \(now.sha256); when the run ended it had \(was?.lines ?? 0) lines, \(was?.bytes ?? 0) bytes and \(was?.sha256 ?? "none")"
    return RecordError(file: file, text: text, isChange: true)
  }
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
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
    return String(unsafeUninitializedCapacity: 2 * SHA256.Digest.byteCount) { text in
      var count = 0
      for byte in digest {
        text[count] = digit(byte >> 4)
        text[count + 1] = digit(byte & 15)
        count += 2
      }
      return count
    }
  }
}
