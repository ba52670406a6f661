import MeterProfiles
import Modbus
import Scenarios

/// How a meter is talked to: the line and its address.
struct TalkSettings: Hashable, Sendable {
  var line: LineSettings
  var address: UInt8

  /// The line and the address.
  init(line: LineSettings, address: UInt8) {
    self.line = line
    self.address = address
  }

  /// What settings make of another way to talk; those that are not about the line change nothing.
  init(_ settings: [SettingAssignment], over other: TalkSettings) {
    self = other
    for assignment in settings {
      let value = assignment.value
      let number = Int(value.prefix { $0.isNumber })
      switch assignment.setting {
      case "address": address = number.flatMap { UInt8(exactly: $0) } ?? address
      case "baud": line.baud = number ?? line.baud
      case "parity": line.parity = value
      case "stop-bits": line.stopBits = number ?? line.stopBits
      case "parity-stop": line.setForm(value)
      default: break
      }
    }
  }

  /// The numbers to write so that a meter talks so, by setting; settings that the type lacks are left
  /// out.
  func numbers(in profile: MeterProfile) -> [(setting: Setting, number: Double)] {
    let values = [
      ("baud", "\(line.baud)"), ("parity", line.parity), ("stop-bits", "\(line.stopBits)"),
      ("parity-stop", "8\(line.parity.prefix(1).uppercased())\(line.stopBits)"),
      ("address", "\(address)"),
    ]
    return values.compactMap { name, value in
      guard let setting = profile.setting(name),
        let number = (try? setting.number(for: value))
          ?? (try? setting.number(for: "\(value) baud"))
      else { return nil }
      return (setting, number)
    }
  }

  /// `9600 8N1, address 1`.
  var text: String { "\(line.text), address \(address)" }
}
