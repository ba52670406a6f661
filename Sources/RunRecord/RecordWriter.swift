public import FoundationEssentials
import Glibc

/// Writes a record to its file, each event as it comes, so that a killed process loses no event
/// that was acknowledged.
public final class RecordWriter {
  /// The file could not be written; what was acknowledged before is kept.
  public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String
    /// Whether there is a file of this name already.
    public var isTaken = false

    public var description: String { "cannot write \(path): \(reason)" }
  }

  private let path: String
  private let descriptor: Int32

  /// Creates the file, which must not exist.
  public init(path: String) throws(WriteError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let code = errno
      throw WriteError(path: path, reason: String(cString: strerror(code)), isTaken: code == EEXIST)
    }
  }

  deinit { close(descriptor) }

  /// Appends one event.
  ///
  /// - Returns: its line, as it stands in the file.
  @discardableResult
  public func append(_ event: RecordedEvent) throws(WriteError) -> Data {
    let line: Data
    do { line = try event.line() } catch {
      throw WriteError(path: path, reason: "event \(event.sequence) cannot be encoded: \(error)")
    }
    var sent = 0
    while sent < line.count {
      let count = line.withUnsafeBytes { buffer in
        buffer.baseAddress.map { write(descriptor, $0 + sent, line.count - sent) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw WriteError(path: path, reason: String(cString: strerror(errno)))
      }
      sent += count
    }
    return line
  }

  /// Waits until everything so far is on the disk.
  public func synchronise() throws(WriteError) {
    guard fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw WriteError(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
