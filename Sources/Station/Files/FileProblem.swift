import FoundationEssentials
import Glibc

/// Why a file could not be written, as a person says it.
struct FileProblem: Error, CustomStringConvertible {
  var path: String
  var reason: String

  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  init(path: String, _ error: any Error) {
    self.path = path
    reason =
      switch (error as? CocoaError)?.code {
      case .fileNoSuchFile?, .fileReadNoSuchFile?: "there is no such folder"
      case .fileWriteNoPermission?, .fileReadNoPermission?: "there is no permission to write there"
      case .fileWriteOutOfSpace?: "the disk is full"
      case .fileWriteVolumeReadOnly?: "the disk is read-only"
      case .fileWriteFileExists?: "a file of this name is in the way"
      case .fileWriteInvalidFileName?: "this cannot be the name of a file"
      default: Self.systemText(behind: error) ?? "\(error)"
      }
  }

  /// What the system said, of a failure that has no word of its own here: a quota, a limit on files.
  private static func systemText(behind error: any Error) -> String? {
    let cause = (error as? CocoaError)?.underlying as? POSIXError
    return cause.map { String(cString: strerror($0.code.rawValue)) }
  }

  var description: String { "\(path.isEmpty ? "an empty path" : path): \(reason)" }
}
