import HostRig
import Reports

extension RunSession.Result {
  /// The summary for a terminal.
  public func summary(coloured: Bool, width: Int) -> String {
    Summary.text(run, style: coloured ? .ansi : .plain, width: width)
  }

  /// The result as JSON.
  public var json: String { JSONReport.document(run) }
}

/// The terminal's size.
public enum TerminalSize {
  /// Its width in characters; nil where output goes to no terminal.
  public static var columns: Int? { Terminal.columns }
}
