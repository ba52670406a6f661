import Glibc

/// Files that the kernel writes as they are read, under /proc and /sys.
enum SystemFile {
  /// The text of a file; empty where it cannot be read.
  static func contents(of path: String) -> String {
    let raw = open(path, O_RDONLY | O_CLOEXEC)
    guard raw >= 0 else { return "" }
    let descriptor = Descriptor(owning: raw)
    var bytes: [UInt8] = []
    while true {
      let more = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, used in
        used = max(0, read(descriptor.raw, buffer.baseAddress, buffer.count))
      }
      guard !more.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
      bytes += more
    }
  }
}
