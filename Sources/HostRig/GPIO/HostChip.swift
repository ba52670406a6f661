import CGPIO
import Glibc
public import Rig

/// A GPIO chip of this machine, as the kernel described it at one moment.
public struct HostChip: Hashable, Sendable {
  /// The device file, whose number may be another one after the next start.
  public var device: String
  /// The kernel's name: `gpiochip0`.
  public var name: String
  /// The label that its driver gives it.
  public var label: String
  /// The USB device that it belongs to; nil for a chip that is not behind USB.
  public var usbSerial: String?
  public var usbPath: String?
  /// The lines, by offset; empty where this user may not open the chip.
  public var lines: [Line]
  /// Why the chip cannot be used; nil where it can.
  public var obstacle: String?

  /// A line of a chip.
  public struct Line: Hashable, Sendable {
    public var offset: Int
    /// The name that the machine's description gives it; nil for none.
    public var name: String?
    /// Who has requested it; nil where it is free.
    public var consumer: String?
    public var isOutput: Bool
  }

  /// The version of the library that reads chips.
  static var library: String { String(cString: cgpio_version()) }

  /// The chips that are there, in the order of their device files.
  ///
  /// - Throws: where udev cannot be asked.
  public static func all() throws(RigFault) -> [HostChip] {
    try Udev.devices(subsystem: "gpio")
      .filter { $0.node?.hasPrefix("/dev/gpiochip") == true }
      .compactMap(HostChip.init)
      .sorted { ($0.device.count, $0.device) < ($1.device.count, $1.device) }
  }

  /// The line that a bench file or a person means: by its name, else by its offset.
  ///
  /// - Throws: a sentence where there is no such line, or several of the name.
  func line(_ wanted: String) throws(ChipProblem) -> Line {
    let named = lines.filter { $0.name == wanted }
    if named.count > 1 {
      throw ChipProblem(
        "has \(named.count) lines named '\(wanted)'; give the offset of the one that is meant: "
          + named.map { "\($0.offset)" }.joined(separator: ", ")
      )
    }
    if let only = named.first { return only }
    if let offset = Int(wanted), let line = lines.first(where: { $0.offset == offset }) {
      return line
    }
    if let obstacle { throw ChipProblem(obstacle) }
    let names = lines.compactMap(\.name)
    throw ChipProblem(
      "has no line '\(wanted)'; it has "
        + (names.isEmpty
          ? "\(lines.count) lines without names: give an offset"
          : names.prefix(40).joined(separator: ", ") + (names.count > 40 ? ", …" : ""))
    )
  }
}

extension HostChip {
  init?(_ device: UdevDevice) {
    guard let node = device.node else { return nil }
    self.device = node
    usbSerial = device.usb.flatMap { _ in device.properties["ID_SERIAL_SHORT"] ?? device.usb?.serial
    }
    usbPath = device.usb.flatMap { _ in device.properties["ID_PATH"] }
    var chip = cgpio_chip()
    let result = cgpio_chip_read(node, &chip)
    name = result == 0 ? arrayText(chip.name) : String(node.dropFirst("/dev/".count))
    label = arrayText(chip.label)
    var lines: [cgpio_line] = []
    var count = result
    if result == 0 {
      lines = Array(repeating: cgpio_line(), count: Int(chip.lines))
      count = cgpio_lines_read(node, &lines, lines.count)
    }
    self.lines = lines.prefix(max(0, Int(count))).enumerated().map { offset, line in
      let name = arrayText(line.name)
      let consumer = arrayText(line.consumer)
      return Line(
        offset: offset,
        name: name.isEmpty ? nil : name,
        consumer: line.is_used ? (consumer.isEmpty ? "the kernel" : consumer) : nil,
        isOutput: line.is_output
      )
    }
    obstacle = count < 0 ? DeviceAccess.refusal(of: node) ?? systemText(-count) : nil
  }
}

/// Why a chip or a line of it cannot be used; the rest of a sentence that begins with the chip.
struct ChipProblem: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
