public import Rig

/// An interface of a USB device that gives no serial port, although it might: a program has taken
/// it from its driver, as brltty and the users of libusb do, or no driver wants it.
public struct PortlessInterface: Hashable, Sendable {
  var usb: UdevDevice.USB
  /// The driver that stands for a program which talks to the interface itself.
  private static let program = "usbfs"
  /// Whether a program has it, and not nobody.
  var isTaken: Bool

  /// Those that are plugged in.
  ///
  /// - Throws: where udev cannot be asked.
  static func all() throws(RigFault) -> [PortlessInterface] {
    try Udev.devices(subsystem: "usb").compactMap(PortlessInterface.init)
  }

  /// What programs have taken, each a sentence with what to do: maybe an adapter that is missed.
  ///
  /// - Throws: where udev cannot be asked.
  public static func takenByPrograms() throws(RigFault) -> [String] {
    try all().filter(\.isTaken).map { "the USB device \($0.usb.title) \($0.reason)" }
  }

  /// Why there is no port, and what to do.
  var reason: String {
    guard isTaken else {
      return "gives no serial port, because no driver has taken it: dmesg says whether its kernel "
        + "module is missing"
    }
    let user = usb.node.map { DeviceUser.text(of: $0) } ?? "another process"
    return "gives no serial port, because it is in use by \(user)"
  }
}

extension PortlessInterface {
  /// Nil for what is no interface, and for one that has a driver.
  init?(_ device: UdevDevice) {
    guard device.isInterface, let usb = device.usb else { return nil }
    guard device.driver == nil || device.driver == Self.program else { return nil }
    self.usb = usb
    isTaken = device.driver == Self.program
  }
}
