import ArgumentParser
import Foundation
import Station

/// Where text goes: results to standard output, everything for the person to standard error.
enum Output {
  static func line(_ text: String = "") { print(text + "\n") }

  /// Prints a result. Where it cannot be written the command has not done what it was asked to, and
  /// ends with status 3; a reader that has had enough, such as `head`, is no failure.
  static func print(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EPIPE {
        return
      } else if errno != EINTR {
        note("meterbench: standard output cannot be written: \(String(cString: strerror(errno)))")
        exit(ExitCode.unreachable.rawValue)
      }
    }
  }

  /// Tells the person something; where nobody can read it, nothing can be done about that.
  static func note(_ text: String) {
    var bytes = Array((text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  static var isColoured: Bool { isColoured(at: STDOUT_FILENO) }

  /// Whether what goes to a descriptor is read by a person who wants colours.
  static func isColoured(at descriptor: Int32) -> Bool {
    canDraw(at: descriptor) && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  }

  /// Whether a descriptor is a terminal that can be drawn on.
  static func canDraw(at descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  static var width: Int { width(at: STDOUT_FILENO) }

  static func width(at descriptor: Int32) -> Int {
    TerminalSize.columns(at: descriptor) ?? 100
  }

  /// Says why a command could not do what it was asked to; where its result would have been JSON,
  /// there too.
  static func failure(_ error: any Error, json: Bool) {
    note("meterbench: \(error)")
    if json { line(ProblemList.json([Problem(error)])) }
  }

  /// Prints diagnostics with the lines they point at.
  static func diagnostics(_ library: Library, json: Bool = false) {
    if json {
      line(DiagnosticText.json(library.diagnostics))
      return
    }
    for text in DiagnosticText.lines(library) { note(text) }
  }
}

extension ExitCode {
  /// The files or the plan are wrong; nothing was touched.
  static let refused = ExitCode(2)
  /// The bench, a line or a meter could not be reached.
  static let unreachable = ExitCode(3)
  /// A record is not what its run wrote.
  static let changed = ExitCode(3)

  /// What it means that a record could not be used.
  static func ofRecord(_ error: any Error) -> ExitCode {
    error is ChangedRecord ? .changed : .refused
  }
}
