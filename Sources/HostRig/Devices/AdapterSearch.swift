import Benches
import Rig

/// Finds the one adapter that a bench file means.
struct AdapterSearch {
  let wanted: Adapter
  let plugged: [SerialAdapter]

  /// The adapter.
  ///
  /// - Throws: where none fits, with how far each fell short; where several do, with what tells
  ///   them apart.
  func find() throws(RigFault) -> SerialAdapter {
    let matches = plugged.filter { shortfall(of: $0) == nil }
    if let only = matches.first, matches.count == 1 { return only }
    let text =
      if plugged.isEmpty {
        "no adapter with \(description) is plugged in, nor any other; look at the plug, and at dmesg"
      } else if matches.isEmpty {
        "no adapter with \(description) is plugged in. There "
          + (plugged.count == 1 ? "is: " : "are: ")
          + plugged.map { "\($0.device) (\(shortfall(of: $0) ?? ""))" }.joined(separator: "; ")
          + ". Correct the bench file, or plug the right one in"
      } else {
        "\(matches.count) adapters have \(description): "
          + matches.map { "\($0.device) (\(features(of: $0)))" }.joined(separator: "; ")
          + ". Name the one by what tells it apart"
      }
    throw RigFault(Part(.adapter, wanted.name), text)
  }

  /// How the bench file tells it.
  private var description: String {
    var parts: [String]
    switch wanted.identity {
    case .usbSerial(let serial): parts = ["the serial number \(serial)"]
    case .usbPath(let path): parts = ["the socket \(path)"]
    case .usbID(let vendor, let product):
      parts = ["the USB ID \(vendor.usbHex):\(product.usbHex)"]
    case .path(let path): parts = ["the device file \(path)"]
    }
    if let interface = wanted.interface { parts.append("interface \(interface)") }
    if let port = wanted.port { parts.append("port \(port)") }
    return parts.joined(separator: ", ")
  }

  /// Why an adapter is not the wanted one; nil where it is.
  private func shortfall(of adapter: SerialAdapter) -> String? {
    switch wanted.identity {
    case .usbSerial(let serial) where adapter.serial != serial:
      return adapter.serial.map { "serial number \($0)" } ?? "no serial number"
    case .usbPath(let path) where adapter.path != path:
      return adapter.path.map { "in the socket \($0)" } ?? "in no socket that udev can name"
    case .usbID(let vendor, let product)
    where adapter.vendorID != vendor || adapter.productID != product:
      return "USB ID \(adapter.usbID)"
    case .path, .usbSerial, .usbPath, .usbID: break
    }
    if let interface = wanted.interface, adapter.interface != interface {
      return adapter.interface.map { "interface \($0)" } ?? "no interface number"
    }
    if let port = wanted.port, adapter.port != port {
      return adapter.port.map { "port \($0)" } ?? "no port number"
    }
    return nil
  }

  /// What tells one of several apart.
  private func features(of adapter: SerialAdapter) -> String {
    [
      adapter.serial.map { "usb-serial: \($0)" } ?? "no serial number",
      adapter.path.map { "usb-path: \"\($0)\"" },
      adapter.interface.map { "interface: \($0)" },
      adapter.port.map { "port: \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }
}

extension UInt16 {
  /// Four digits, as lsusb prints them.
  var usbHex: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
