import CHost
import Glibc

/// The terminal that the process may have.
public enum Terminal {
  /// The columns of the terminal at standard output; nil where it is none or does not tell.
  public static var columns: Int? {
    let columns = Int(chost_tty_columns(STDOUT_FILENO))
    return columns > 0 ? columns : nil
  }

  /// Whether a person can answer at standard input.
  public static var canAnswerAtStandardInput: Bool {
    canAnswer(Descriptor(sharing: STDIN_FILENO))
  }

  /// Whether a person can answer at this terminal. A process in the background would be stopped by
  /// the system when it reads, with the rig as it stands.
  static func canAnswer(_ descriptor: Descriptor) -> Bool {
    isatty(descriptor.raw) == 1 && tcgetpgrp(descriptor.raw) == getpgrp()
  }
}
