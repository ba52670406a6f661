import CUdev

/// A device as udev knew it at one moment, copied so that nothing has to be released.
struct UdevDevice: Hashable, Sendable {
  /// Its place under /sys.
  let systemPath: String
  /// Its device file; nil where it has none.
  let node: String?
  /// The other names of the device file, in order of the alphabet.
  let links: [String]
  /// What the rules of udev found out.
  let properties: [String: String]
  /// The nearest driver on the way up to the bus.
  let driver: String?
  /// Whether it is itself an interface of a USB device.
  let isInterface: Bool
  /// Which port of a converter with several; nil where the driver does not count them.
  let port: Int?
  /// How long the converter gathers bytes before it hands them on, in ms; nil where it has no such
  /// timer.
  let latencyTimer: Int?
  /// The USB device behind it; nil where there is none.
  let usb: USB?

  /// Attributes of a USB device, as the device itself reports them.
  struct USB: Hashable, Sendable {
    let vendorID: UInt16
    let productID: UInt16
    let serial: String?
    let manufacturer: String?
    let product: String?
    /// The number of the interface that the device belongs to.
    let interface: Int?
    /// The device file through which programs talk to it past all drivers.
    let node: String?
    /// The socket it is plugged into (udev's ID_PATH).
    let path: String?

    /// `FTDI FT232R USB UART`, or the numbers where the device has no names.
    var title: String {
      let names = [manufacturer, product].compactMap { $0 }.joined(separator: " ")
      return names.isEmpty ? "\(vendorID.usbHex):\(productID.usbHex)" : names
    }
  }

  init(_ device: OpaquePointer) {
    systemPath = text(udev_device_get_syspath(device)) ?? ""
    node = text(udev_device_get_devnode(device))
    links = names(udev_device_get_devlinks_list_entry(device)).sorted()
    var properties: [String: String] = [:]
    var entry = udev_device_get_properties_list_entry(device)
    while let current = entry {
      if let name = text(udev_list_entry_get_name(current)) {
        properties[name] = text(udev_list_entry_get_value(current)) ?? ""
      }
      entry = udev_list_entry_get_next(current)
    }
    self.properties = properties
    driver = Self.nearestDriver(device)
    isInterface = text(udev_device_get_devtype(device)) == "usb_interface"
    let converter = udev_device_get_parent_with_subsystem_devtype(device, "usb-serial", nil)
    port = converter.flatMap { attribute($0, "port_number") }.flatMap { Int($0) }
    latencyTimer = converter.flatMap { attribute($0, "latency_timer") }.flatMap { Int($0) }
    usb = USB(behind: device)
  }

  private static func nearestDriver(_ device: OpaquePointer) -> String? {
    var current: OpaquePointer? = device
    while let one = current {
      if let driver = text(udev_device_get_driver(one)) { return driver }
      // The bus's own driver says nothing about what hangs on it.
      if text(udev_device_get_devtype(one)) == "usb_interface" { return nil }
      current = udev_device_get_parent(one)
    }
    return nil
  }
}

extension UdevDevice.USB {
  /// The parents are borrowed from the device.
  fileprivate init?(behind device: OpaquePointer) {
    guard
      let parent = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device"),
      let vendorID = attribute(parent, "idVendor").flatMap({ UInt16($0, radix: 16) }),
      let productID = attribute(parent, "idProduct").flatMap({ UInt16($0, radix: 16) })
    else { return nil }
    self.vendorID = vendorID
    self.productID = productID
    serial = attribute(parent, "serial")
    manufacturer = attribute(parent, "manufacturer")
    product = attribute(parent, "product")
    // An interface is not its own parent.
    let owner =
      text(udev_device_get_devtype(device)) == "usb_interface"
      ? device : udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_interface")
    interface = owner.flatMap { attribute($0, "bInterfaceNumber") }.flatMap { Int($0, radix: 16) }
    node = text(udev_device_get_devnode(parent))
    path = text(udev_device_get_property_value(parent, "ID_PATH"))
  }
}

/// The value of an attribute under /sys; nil where it is absent or empty.
private func attribute(_ device: OpaquePointer, _ name: String) -> String? {
  guard let value = text(udev_device_get_sysattr_value(device, name)), !value.isEmpty else {
    return nil
  }
  return value
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
  pointer.map { String(cString: $0) }
}

private func names(_ first: OpaquePointer?) -> [String] {
  var names: [String] = []
  var entry = first
  while let current = entry {
    if let name = text(udev_list_entry_get_name(current)) { names.append(name) }
    entry = udev_list_entry_get_next(current)
  }
  return names
}
