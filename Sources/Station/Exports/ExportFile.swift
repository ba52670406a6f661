import FoundationEssentials
import Glibc

/// A file that takes its place as a whole: it grows under another name beside it.
final class ExportFile {
  let path: String
  private let draft: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private(set) var failure: FileProblem?

  private static let bufferSize = 1 << 18

  init(path: String) throws(FileProblem) {
    self.path = path
    var number = 0
    var draft: String
    repeat {
      number += 1
      draft = "\(path).\(getpid()).\(number)"
      descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 && errno == EEXIST && number < 100
    self.draft = draft
    guard descriptor >= 0 else {
      throw FileProblem(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit { discard() }

  /// Appends bytes; after a failure nothing more is written, and `close` tells of it.
  func append(_ bytes: some Sequence<UInt8>) {
    guard failure == nil else { return }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { flush() }
  }

  private func flush() {
    var sent = 0
    while sent < buffer.count, failure == nil {
      let count = buffer.withUnsafeBytes { bytes in
        bytes.baseAddress.map { write(descriptor, $0 + sent, bytes.count - sent) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        failure = FileProblem(path: path, reason: String(cString: strerror(errno)))
      }
      sent += max(0, count)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Puts everything on the disk.
  func close() throws(FileProblem) {
    flush()
    if failure == nil, fsync(descriptor) != 0 {
      failure = FileProblem(path: path, reason: String(cString: strerror(errno)))
    }
    Glibc.close(descriptor)
    descriptor = -1
    if let failure { throw failure }
  }

  /// Why the place may not be taken; nil where it is free, holds the same bytes already, or holds a file
  /// that may be replaced.
  func objection(replacing: Bool) -> FileProblem? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return FileProblem(path: path, reason: "it is no file, and is not replaced")
    }
    if replacing { return nil }
    let url = (URL(filePath: path), URL(filePath: draft))
    guard let old = try? Data(contentsOf: url.0, options: .mappedIfSafe),
      let new = try? Data(contentsOf: url.1, options: .mappedIfSafe), old == new
    else {
      return FileProblem(
        path: path,
        reason:
          "there is another file of this name; choose another --output, or --force to replace it"
      )
    }
    return nil
  }

  /// Takes the place.
  func place() throws(FileProblem) {
    guard rename(draft, path) == 0 else {
      throw FileProblem(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private func discard() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    // Where it took its place there is nothing of this name any more.
    unlink(draft)
  }
}
