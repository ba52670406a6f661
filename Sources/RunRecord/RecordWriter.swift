import Crypto
public import FoundationEssentials
import Glibc

/// Writes a record to its files, each event as it comes, so that a killed process loses no event
/// that was acknowledged.
///
/// Each line holds the digest of the one before it in its file, and the last of all holds those of the
/// files beside the record: one digest, ``seal``, stands for the whole run.
public final class RecordWriter {
  /// A file could not be written; what was acknowledged before is kept.
  public struct WriteError: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String
    /// Whether there is a file of this name already.
    public var isTaken = false

    public var description: String { "cannot write \(path): \(reason)" }
  }

  private var record: AppendedFile
  private var frames: AppendedFile
  private var edges: AppendedFile

  /// Creates the files in a folder, which must not hold any of them.
  public init(folder: String) throws(WriteError) {
    func path(_ file: RecordFile) -> String { "\(folder)/\(file.rawValue)" }
    record = try AppendedFile(path(.record))
    do throws(WriteError) {
      frames = try AppendedFile(path(.frames))
    } catch {
      record.remove()
      throw error
    }
    do throws(WriteError) {
      edges = try AppendedFile(path(.edges))
    } catch {
      record.remove()
      frames.remove()
      throw error
    }
  }

  /// The digest of the last event's line, which stands for all that was written; nil before the first.
  public var seal: String? { record.head }

  /// What was written so far, of each file.
  public var files: [SealedFile] {
    [edges.sealed(.edges), frames.sealed(.frames), record.sealed(.record)]
  }

  /// Appends one event.
  ///
  /// - Returns: its line, as it stands in its file.
  @discardableResult
  public func append(_ event: RecordedEvent) throws(WriteError) -> Data {
    switch event.event.file {
    case .frames: return try frames.append(event)
    case .edges: return try edges.append(event)
    case .record:
      var files: [SealedFile]?
      if case .runEnded = event.event { files = [edges.sealed(.edges), frames.sealed(.frames)] }
      return try record.append(event, sealing: files)
    }
  }

  /// What puts everything so far on the disk, on any thread: a slow disk takes seconds.
  public var synchronisation: Synchronisation {
    Synchronisation(files: [frames.file, edges.file, record.file])
  }

  /// Puts what was written on the disk.
  public struct Synchronisation: Sendable {
    fileprivate let files: [OpenFile]

    /// Waits until all of it is there; the evidence before what refers to it, where nobody writes meanwhile.
    public func run() throws(WriteError) {
      for file in files { try file.synchronise() }
    }
  }

  /// Whether ``isWriting(_:)`` sees that this record is being written.
  public var isLocked: Bool { record.isLocked }

  /// Whether a process is writing the record at a path now.
  ///
  /// - Throws: where a record is there and this user may not look.
  public static func isWriting(_ record: String) throws(WriteError) -> Bool {
    let descriptor = open(record, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      guard errno != ENOENT, errno != ENOTDIR else { return false }
      throw WriteError(path: record, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK
  }

  /// Removes the files of a run that did not begin.
  public func discard() {
    record.remove()
    frames.remove()
    edges.remove()
  }
}

/// A file that stays open until nobody needs it any more.
private final class OpenFile: Sendable {
  let path: String
  let descriptor: Int32

  init(_ path: String, _ descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

  deinit { close(descriptor) }

  func synchronise() throws(RecordWriter.WriteError) {
    guard fdatasync(descriptor) == 0 || errno == EINVAL else {
      throw RecordWriter.WriteError(path: path, reason: String(cString: strerror(errno)))
    }
  }
}

/// A file that grows line by line.
private struct AppendedFile {
  let file: OpenFile
  /// Whether others can see that the file is being written; not all file systems have locks.
  let isLocked: Bool
  private var path: String { file.path }
  private var descriptor: Int32 { file.descriptor }
  private var hash = SHA256()
  private var bytes = 0
  private var lines = 0
  private(set) var head: String?

  init(_ path: String) throws(RecordWriter.WriteError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let code = errno
      throw RecordWriter.WriteError(
        path: path,
        reason: String(cString: strerror(code)),
        isTaken: code == EEXIST
      )
    }
    file = OpenFile(path, descriptor)
    // The kernel lets go of it with the process, however that ends. Whoever looks holds it for a moment only.
    var attempts = 1000
    while flock(descriptor, LOCK_EX | LOCK_NB) < 0, attempts > 0 {
      attempts -= 1
      sched_yield()
    }
    isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }

  mutating func append(
    _ event: RecordedEvent,
    sealing files: [SealedFile]? = nil
  ) throws(RecordWriter.WriteError) -> Data {
    let line: Data
    do { line = try ChainedLine(event: event, after: head, files: files).data() } catch {
      throw RecordWriter.WriteError(
        path: path,
        reason: "event \(event.sequence) cannot be encoded: \(error)"
      )
    }
    var sent = 0
    while sent < line.count {
      let count = line.withUnsafeBytes { buffer in
        buffer.baseAddress.map { write(descriptor, $0 + sent, line.count - sent) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw RecordWriter.WriteError(path: path, reason: String(cString: strerror(errno)))
      }
      sent += count
    }
    head = Digest.of(line.dropLast())
    hash.update(data: line)
    bytes += line.count
    lines += 1
    return line
  }

  func sealed(_ file: RecordFile) -> SealedFile {
    SealedFile(
      name: file.rawValue,
      bytes: bytes,
      lines: lines,
      sha256: Digest.text(hash.finalize())
    )
  }

  func remove() { unlink(path) }
}
