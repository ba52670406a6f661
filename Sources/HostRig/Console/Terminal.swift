import CHost
import Glibc

/// The terminal that the process may have.
public enum Terminal {
  /// Whether standard output is a terminal.
  public static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error is a terminal.
  public static var showsErrors: Bool { isatty(STDERR_FILENO) == 1 }

  /// The columns of the terminal at standard output; nil where it is none or does not tell.
  public static var columns: Int? {
    let columns = Int(chost_tty_columns(STDOUT_FILENO))
    return columns > 0 ? columns : nil
  }

  /// Hands each line of standard output on when it is complete, so that whoever reads a pipe sees
  /// it at once. Call it before anything is printed.
  public static func lineBufferOutput() { chost_line_buffer_stdout() }

  /// Whether a person can answer at this terminal. A process in the background would be stopped by
  /// the system when it reads, with the rig as it stands.
  static func canAnswer(_ descriptor: Descriptor) -> Bool {
    isatty(descriptor.raw) == 1 && tcgetpgrp(descriptor.raw) == getpgrp()
  }
}
