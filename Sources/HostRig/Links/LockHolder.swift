import CHost
import Glibc

/// Who has locked a file, as far as the kernel tells.
enum LockHolder {
  /// A text for "in use by …".
  static func text(of descriptor: Descriptor) -> String {
    guard let process = process(holding: descriptor) else { return "another process" }
    if process == getpid() { return "this process already" }
    let name = contents(of: "/proc/\(process)/comm").prefix { $0 != "\n" }
    return "another process (\(name.isEmpty ? "" : "\(name), ")pid \(process))"
  }

  /// The process of the flock on the file; a process of another container has no number here.
  private static func process(holding descriptor: Descriptor) -> pid_t? {
    var buffer = [CChar](repeating: 0, count: 64)
    guard chost_lock_identity(descriptor.raw, &buffer, buffer.count) == 0 else { return nil }
    let identity = bufferText(buffer)
    for line in contents(of: "/proc/locks").split(separator: "\n") {
      // 3: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF
      let fields = line.split(separator: " ")
      guard fields.count > 5, fields[1] == "FLOCK", fields[5] == identity else { continue }
      if let process = pid_t(fields[4]), process > 0 { return process }
    }
    return nil
  }

  private static func contents(of path: String) -> String {
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
