import FoundationEssentials
import Glibc

/// A place in a file of a record. It knows the number of the event that stands there without decoding it.
struct LineCursor {
  let file: RecordFile
  /// Whether the digests of the lines are taken, so that the chain can be followed.
  let isFollowing: Bool
  /// The digest of the line before; nil on the first.
  private(set) var head: String?
  private let data: Data
  private var start: Int
  private var end: Int?
  /// The 1-based line.
  private var place = 1

  init(_ file: RecordFile, _ data: Data, isFollowing: Bool) {
    self.file = file
    self.isFollowing = isFollowing
    self.data = data
    start = data.startIndex
    findEnd()
  }

  /// Whether no whole line is left.
  var isAtEnd: Bool { end == nil }

  /// The line without its end; empty where none is left.
  var line: Data { end.map { data[start..<$0] } ?? Data() }

  /// What follows the last whole line.
  var rest: Data { isAtEnd ? data[start...] : Data() }

  /// The event's number; nil where the line is none of an event.
  var number: Int? {
    guard let end else { return nil }
    var index = start
    for byte in "{\"#\":".utf8 {
      guard index < end, data[index] == byte else { return nil }
      index += 1
    }
    var number = 0
    let first = index
    while index < end, case let digit = Int(data[index]) - 48, (0...9).contains(digit) {
      guard index - first < 15 else { return nil }
      number = number * 10 + digit
      index += 1
    }
    return index > first ? number : nil
  }

  /// The digest of the line before, as this line states it; nil where it states none.
  var after: Substring? {
    guard let end, let number else { return nil }
    let key = Array(",\"after\":\"".utf8)
    let first = start + 5 + "\(number)".utf8.count
    guard first + key.count + 64 < end, data[first..<first + key.count].elementsEqual(key) else {
      return nil
    }
    let digest = first + key.count
    return Substring(decoding: data[digest..<digest + 64], as: UTF8.self)
  }

  /// Why the line is not the one that was written behind the one before it; nil where it is, or nobody follows.
  var breach: RecordError? {
    guard isFollowing, !isAtEnd, after.map(String.init) != head else { return nil }
    return error(
      "it does not follow from the line before: one of the two was changed, or a line was removed or added here",
      isChange: true
    )
  }

  /// The whole file; to be asked for behind its last line.
  var sealed: SealedFile {
    SealedFile(
      name: file.rawValue,
      bytes: data.count,
      lines: place - 1,
      sha256: Digest.of(data)
    )
  }

  mutating func advance() {
    guard let end else { return }
    if isFollowing { head = Digest.of(line) }
    start = end + 1
    place += 1
    findEnd()
  }

  func error(_ text: String, isChange: Bool = false) -> RecordError {
    RecordError(file: file, line: place, text: text, isChange: isChange)
  }

  private mutating func findEnd() {
    end = data.withUnsafeBytes { buffer -> Int? in
      let offset = start - data.startIndex
      guard offset < buffer.count, let base = buffer.baseAddress,
        let found = memchr(base + offset, 0x0A, buffer.count - offset)
      else { return nil }
      return data.startIndex + (UnsafeRawPointer(found) - base)
    }
  }
}
