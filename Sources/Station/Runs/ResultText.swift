import HostRig
import Reports

extension RunSession.Result {
  /// The summary for a terminal.
  public func summary(coloured: Bool, width: Int) -> String {
    Summary.text(run, style: coloured ? .ansi : .plain, width: width)
  }

  /// The result for somebody who stands a few steps from the terminal.
  public func board(coloured: Bool, width: Int) -> String {
    ResultBoard.text(run, style: coloured ? .ansi : .plain, width: width)
  }

  /// The result as JSON.
  public var json: String { JSONReport.document(run) }
}

/// The terminal's size.
public enum TerminalSize {
  /// The width in characters of the terminal at a descriptor; nil where it is none.
  public static func columns(at descriptor: Int32) -> Int? { Terminal.columns(at: descriptor) }
}
