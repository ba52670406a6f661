import Glibc
import Rig

/// A symbolic link that lives as long as this value.
final class SymbolicLink: Sendable {
  private let path: String
  private let target: String

  /// Makes the link. A dangling link of an earlier process is replaced, and so is one that has the
  /// same target; everything else at `path` is left alone and refused.
  init(at path: String, to target: String) throws(LinkFailure) {
    if symlink(target, path) != 0 {
      guard errno == EEXIST else { throw .system("\(path): \(systemText(errno))") }
      try Self.clear(path, for: target)
      guard symlink(target, path) == 0 else { throw .system("\(path): \(systemText(errno))") }
    }
    self.path = path
    self.target = target
  }

  deinit { if Self.destination(of: path) == target { unlink(path) } }

  private static func clear(_ path: String, for target: String) throws(LinkFailure) {
    guard let destination = destination(of: path) else {
      throw .system("\(path) exists and is not a link; choose another name or remove it")
    }
    if destination != target, access(path, F_OK) == 0 {
      throw .system(
        "\(path) leads to \(destination), which is in use; choose another name or remove it"
      )
    }
    unlink(path)
  }

  private static func destination(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return readlink(path, &buffer, Int(PATH_MAX)) < 0 ? nil : bufferText(buffer)
  }
}
