public import Rig

/// A serial port behind USB, as udev knows it.
public struct SerialAdapter: Hashable, Sendable {
  /// The device file, which may be another one after the next plugging: `/dev/ttyUSB0`.
  public var device: String
  /// Names of the device file that do not move.
  public var links: [String]
  /// The vendor's and the product's number, as they stand in `0403:6001`.
  public var vendorID: UInt16
  public var productID: UInt16
  /// What the device calls its maker and itself.
  public var manufacturer: String?
  public var product: String?
  /// The serial number; nil where the device has none.
  public var serial: String?
  /// The socket it is plugged into (udev's ID_PATH).
  public var path: String?
  /// The USB interface.
  public var interface: Int?
  /// Which port of a converter with several, from 0 on; nil where the driver does not count them.
  public var port: Int?
  public var driver: String?
  /// How long the converter gathers bytes before it hands them on, in ms, as it stands now; nil
  /// where it has no such timer. A run lowers it.
  public var latencyTimer: Int?
  /// Whether ModemManager would take it for a modem, and so send to it.
  public var isModemCandidate: Bool

  /// The adapters that are plugged in, in the order of their device files.
  ///
  /// - Throws: where udev cannot be asked.
  public static func all() throws(RigFault) -> [SerialAdapter] {
    try Udev.devices(subsystem: "tty").compactMap(SerialAdapter.init)
      .sorted { ($0.device.count, $0.device) < ($1.device.count, $1.device) }
  }

  /// What keeps this user, or a run, from using it; each a sentence with what to do.
  ///
  /// It opens nothing: opening a port moves its control lines.
  public var obstacles: [String] {
    var obstacles: [String] = []
    if let refusal = DeviceAccess.refusal(of: device) { obstacles.append(refusal) }
    let users = DeviceUser.all(of: device)
    if !users.isEmpty { obstacles.append("in use by \(DeviceUser.text(of: device))") }
    if isModemCandidate, !users.contains(where: { $0.name == "ModemManager" }),
      DeviceUser.isRunning("ModemManager")
    {
      obstacles.append(
        "ModemManager runs on this machine and sends to new ports to find modems: "
          + "install Packaging/udev/60-meterbench.rules"
      )
    }
    return obstacles
  }

  /// `0403:6001`.
  public var usbID: String { "\(vendorID.usbHex):\(productID.usbHex)" }

  /// `FTDI FT232R USB UART`, or the numbers where the device has no names.
  public var title: String {
    let names = [manufacturer, product].compactMap { $0 }.joined(separator: " ")
    return names.isEmpty ? usbID : names
  }
}

extension SerialAdapter {
  /// Nil for a port that is not behind USB.
  init?(_ device: UdevDevice) {
    guard let node = device.node, let usb = device.usb else { return nil }
    self.device = node
    links = device.links
    vendorID = usb.vendorID
    productID = usb.productID
    manufacturer = usb.manufacturer
    product = usb.product
    serial = device.properties["ID_SERIAL_SHORT"] ?? usb.serial
    path = device.properties["ID_PATH"]
    interface = usb.interface
    port = device.port
    driver = device.driver
    latencyTimer = device.latencyTimer
    isModemCandidate =
      device.properties["ID_MM_CANDIDATE"] == "1"
      && device.properties["ID_MM_DEVICE_IGNORE"] != "1"
      && device.properties["ID_MM_PORT_IGNORE"] != "1"
  }
}
