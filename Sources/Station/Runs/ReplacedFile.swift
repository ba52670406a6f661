import FoundationEssentials
import Glibc

/// Files that take the place of what was there, in one step.
enum ReplacedFile {
  /// Writes a file: whoever reads it sees the old or the new one, never a half. Where the path is a link, the file
  /// that it leads to is the one that is read.
  static func write(_ text: String, to path: String) throws {
    let place = URL(filePath: path).resolvingSymlinksInPath()
    do { try Data(text.utf8).write(to: place, options: .atomic) } catch {
      throw FileProblem(path: path, error)
    }
  }

  /// Writes a file in the place of one that must not be read any more: where it cannot be written, the earlier one
  /// goes.
  static func writeOrRemove(_ text: String, to path: String) throws {
    do { try write(text, to: path) } catch {
      unlink(URL(filePath: path).resolvingSymlinksInPath().path)
      throw error
    }
  }

  /// Why a path may not be written; nil where it may. What is there must be of the kind that is to be written: a file
  /// that was named by mistake is kept, and so is a device.
  ///
  /// - Parameters:
  ///   - kind: what the file must hold, in words.
  ///   - isOfKind: whether a file that begins so holds it.
  static func objection(
    to path: String,
    holding kind: String,
    _ isOfKind: (String) -> Bool
  ) -> FileProblem? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return FileProblem(path: path, reason: "it is no file, and is not replaced")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return FileProblem(path: path, reason: "it cannot be read, so it is not replaced")
    }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &head, head.count)
    guard count > 0, isOfKind(String(decoding: head.prefix(count), as: UTF8.self)) else {
      return FileProblem(path: path, reason: "it holds no \(kind), and is not replaced")
    }
    return nil
  }
}
