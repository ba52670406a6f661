import BenchEngine
import Benches
import Documents
import HostRig
import Judging
import MeterProfiles
import Metrology
import Modbus
import Planning
import Pulses
import Quantities
import Reports
import Rig
import RunRecord
import Scenarios
import TwinRig
import Verdicts

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
