import Benches
import Rig

/// Finds the one adapter that a bench file means.
struct AdapterSearch {
  let wanted: Adapter
  let plugged: [SerialAdapter]
  var portless: [PortlessInterface] = []

  /// The adapter.
  ///
  /// - Throws: where none fits, with how far each fell short; where several do, with what tells
  ///   them apart.
  func find() throws(RigFault) -> SerialAdapter {
    let matches = plugged.filter { shortfall(of: $0) == nil }
    if let only = matches.first, matches.count == 1 { return only }
    let text =
      if matches.isEmpty, let found = portless.first(where: isWanted) {
        "the USB device with \(description) is plugged in, but \(found.reason)"
      } else if plugged.isEmpty, !UdevDaemon.isRunning {
        "udev does not run here, so no adapter can be found by \(description); name its device file "
          + "by 'path', or start udev (in a container: mount /run/udev of the host)"
      } else if plugged.isEmpty {
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

  /// Whether it would be the wanted one if it gave a port.
  private func isWanted(_ interface: PortlessInterface) -> Bool {
    if let number = wanted.interface, interface.usb.interface != number { return false }
    return switch wanted.identity {
    case .usbSerial(let serial): interface.usb.serial == serial
    // A port's socket names the interface too: pci-0000:00:14.0-usb-0:2:1.0.
    case .usbPath(let path): interface.usb.path.map { path.hasPrefix($0 + ":") } ?? false
    case .usbID(let vendor, let product):
      interface.usb.vendorID == vendor && interface.usb.productID == product
    case .path: false
    }
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
