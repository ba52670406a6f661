import CHost
import Glibc
import Quantities
import Rig

/// Reads and writes one non-blocking descriptor with deadlines, on the lane that it may block.
final class ByteStream {
  private let waiting: DescriptorWait
  private let isSocket: Bool

  /// How long a frame may wait for room. The kernel's buffers take any frame at once; only an
  /// adapter that hangs, or a peer that never reads, makes a writer wait.
  private static let patience: Duration = .seconds(2)

  init(_ descriptor: Descriptor, name: String, lane: ThreadLane) throws(LinkFailure) {
    waiting = try DescriptorWait(descriptor, name: name, lane: lane)
    var status = stat()
    isSocket = fstat(descriptor.raw, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  var name: String { waiting.name }

  /// Whatever arrives first, or nothing where the deadline comes first.
  nonisolated(nonsending) func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8] {
    try await waiting.run { () throws(LinkFailure) in
      while true {
        if Task.isCancelled { throw .cancelled }
        // An answer is never there when the wait for it begins, so to read first would be in vain.
        let hasTime = HostClock.now < deadline
        if hasTime, try !waiting.wait(until: deadline) { return [] }
        if let bytes = try available() { return bytes }
        if !hasTime { return [] }
      }
    }
  }

  /// Hands all bytes to the kernel.
  ///
  /// - Parameter whenFull: called where there is no room, before the wait for it.
  nonisolated(nonsending) func write(
    _ bytes: [UInt8],
    whenFull: () -> Void = {}
  ) async throws(LinkFailure) {
    try await waiting.run { () throws(LinkFailure) in
      if Task.isCancelled { throw .cancelled }
      let deadline = HostClock.now + Self.patience
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { buffer in
          buffer.baseAddress.map { writeOnce($0, buffer.count) } ?? 0
        }
        if count > 0 {
          rest = rest.dropFirst(Int(count))
        } else if count == -Int64(EAGAIN) {
          whenFull()
          guard try waiting.wait(toWrite: true, until: deadline) else {
            throw .system(
              "\(name) took only \(bytes.count - rest.count) of \(bytes.count) bytes in "
                + "\(Self.patience); what it leads to hangs or does not read"
            )
          }
        } else if count != -Int64(EINTR) {
          throw waiting.failure(Int32(truncatingIfNeeded: -count))
        }
      }
    }
  }

  /// Writes what there is room for; a negative error number where that fails.
  private func writeOnce(_ bytes: UnsafeRawPointer, _ count: Int) -> Int64 {
    if isSocket { return chost_write(waiting.descriptor.raw, bytes, count) }
    // A terminal raises no SIGPIPE, so it is spared the attempt to treat it as a socket.
    let written = Glibc.write(waiting.descriptor.raw, bytes, count)
    return written < 0 ? -Int64(errno) : Int64(written)
  }

  /// The bytes that are there; nil where none are.
  private func available() throws(LinkFailure) -> [UInt8]? {
    var count = 0
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, used in
      count = Glibc.read(waiting.descriptor.raw, buffer.baseAddress, buffer.count)
      code = errno
      used = max(0, count)
    }
    if count > 0 { return bytes }
    if count == 0 { throw .disconnected(name) }
    if code == EAGAIN || code == EINTR { return nil }
    throw waiting.failure(code)
  }
}
