import FoundationEssentials

/// Which build a program is: the digest that the linker makes of what it linked (`NT_GNU_BUILD_ID`, which
/// `readelf -n` shows). It is read in a moment, however great the program is, and stripping keeps it.
enum BuildIdentifier {
  /// That of a 64-bit ELF file in lower-case hexadecimal; nil where it has none.
  static func of(_ path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe),
      data.prefix(5).elementsEqual([0x7f, 0x45, 0x4c, 0x46, 2])
    else { return nil }
    let file = Little(data)
    // The program headers: where they begin, how long one is, how many there are.
    guard let table = file.number(at: 32, bytes: 8), let size = file.number(at: 54, bytes: 2),
      let count = file.number(at: 56, bytes: 2)
    else { return nil }
    for index in 0..<count {
      let header = table &+ index &* size
      let isNote = file.number(at: header, bytes: 4) == 4
      guard isNote, let start = file.number(at: header &+ 8, bytes: 8),
        let length = file.number(at: header &+ 32, bytes: 8)
      else { continue }
      if let found = identifier(in: file, from: start, to: start &+ length) { return found }
    }
    return nil
  }

  private static func identifier(in file: Little, from start: Int, to end: Int) -> String? {
    var place = start
    while place < end, let nameLength = file.number(at: place, bytes: 4),
      let length = file.number(at: place &+ 4, bytes: 4),
      let kind = file.number(at: place &+ 8, bytes: 4)
    {
      let name = place &+ 12
      let content = name &+ (nameLength &+ 3) / 4 * 4
      if kind == 3, file.bytes(at: name, nameLength) == Array("GNU\0".utf8) {
        return file.bytes(at: content, length)?.map { byte in
          String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
      }
      place = content &+ (length &+ 3) / 4 * 4
    }
    return nil
  }

  /// Numbers in a file, the least byte first.
  private struct Little {
    let data: Data

    init(_ data: Data) { self.data = data }

    func bytes(at place: Int, _ count: Int) -> [UInt8]? {
      guard place >= 0, count >= 0, place <= data.count, count <= data.count - place else {
        return nil
      }
      return Array(data.dropFirst(place).prefix(count))
    }

    func number(at place: Int, bytes count: Int) -> Int? {
      bytes(at: place, count).flatMap {
        Int(exactly: $0.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      }
    }
  }
}
