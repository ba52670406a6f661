import CHost
import Glibc
import Rig

/// The terminal that the process may have.
public enum Terminal {
  /// The columns of the terminal at a descriptor; nil where it is none or does not tell.
  public static func columns(at descriptor: Int32) -> Int? {
    let columns = Int(chost_tty_columns(descriptor))
    return columns > 0 ? columns : nil
  }

  /// The lines of the terminal at a descriptor; nil where it is none or does not tell.
  public static func rows(at descriptor: Int32) -> Int? {
    let rows = Int(chost_tty_rows(descriptor))
    return rows > 0 ? rows : nil
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

/// Whose turn it is to write on the terminal: a question keeps what is drawn over again away until it is
/// answered.
public final class TerminalTurn: Sendable {
  private struct State {
    var questions = 0
    /// Rises with every question, after which the cursor is no longer where it was.
    var generation = 0
  }

  private let state = Locked(State())

  /// That of the terminal of this process.
  public static let shared = TerminalTurn()

  init() {}

  func beginQuestion() {
    state.withLock { state in
      state.questions += 1
      state.generation += 1
    }
  }

  func endQuestion() { state.withLock { $0.questions -= 1 } }

  /// Draws, unless a question is open.
  ///
  /// - Parameter body: is told how many questions there were before.
  func draw(_ body: (_ generation: Int) -> Void) {
    state.withLock { state in
      if state.questions == 0 { body(state.generation) }
    }
  }
}
