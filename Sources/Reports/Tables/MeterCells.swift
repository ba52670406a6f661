import Judging
import Markup

/// Which meter a row is about.
enum MeterCells {
  /// Serial number and firmware, as the meter told them; of a meter that told none, the serial number that was
  /// expected.
  static func of(_ position: JudgedPosition?) -> [CSVLine.Cell] {
    [
      .text(orNull: position?.told("serial-number") ?? position?.expectedSerialNumber),
      .text(orNull: position?.told("firmware")),
    ]
  }
}
