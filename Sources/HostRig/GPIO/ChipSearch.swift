import Benches
import Rig

/// Finds the one chip that a bench file means.
struct ChipSearch {
  let wanted: GPIOChip
  let present: [HostChip]

  /// The chip.
  ///
  /// - Throws: where none fits, with those that are there; where several do, with what tells them
  ///   apart; where this user may not use it.
  func find() throws(RigFault) -> HostChip {
    let matches = present.filter(isMeant)
    if let only = matches.first, matches.count == 1 {
      if let obstacle = only.obstacle { throw fault("\(only.device): \(obstacle)") }
      return only
    }
    if matches.isEmpty {
      throw fault(
        "there is no GPIO chip with \(description). "
          + (present.isEmpty
            ? "This machine has none at all: plug the chip in, or load its driver, and look at dmesg"
            : "There " + (present.count == 1 ? "is " : "are ")
              + present.map(Self.features).joined(separator: "; "))
      )
    }
    throw fault(
      "\(matches.count) GPIO chips have \(description): "
        + matches.map(Self.features).joined(separator: "; ")
        + ". Name the one by its USB identity"
    )
  }

  private var description: String {
    switch wanted.identity {
    case .label(let label): "the label '\(label)'"
    case .usbSerial(let serial): "the USB serial number \(serial)"
    case .usbPath(let path): "the USB socket \(path)"
    case .twin(let socket): "the socket \(socket)"
    }
  }

  private func isMeant(_ chip: HostChip) -> Bool {
    switch wanted.identity {
    case .label(let label): chip.label == label
    case .usbSerial(let serial): chip.usbSerial == serial
    case .usbPath(let path): chip.usbPath == path
    case .twin: false
    }
  }

  private static func features(of chip: HostChip) -> String {
    let what = [
      chip.label.isEmpty ? chip.obstacle : "label '\(chip.label)'",
      chip.usbSerial.map { "usb-serial: \($0)" },
      chip.usbPath.map { "usb-path: \"\($0)\"" },
    ].compactMap { $0 }.joined(separator: ", ")
    return "\(chip.device) (\(what))"
  }

  private func fault(_ text: String) -> RigFault { RigFault(Part(.chip, wanted.name), text) }
}
