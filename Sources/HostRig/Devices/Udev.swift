import CUdev
import Glibc
import Rig

/// The devices of this machine. Asking never opens one, so nothing is disturbed.
enum Udev {
  /// The devices of a subsystem, in the order of their place under /sys.
  ///
  /// - Throws: where the machine has no udev.
  static func devices(subsystem: String) throws(RigFault) -> [UdevDevice] {
    let udev = try context()
    defer { udev_unref(udev) }
    guard let enumeration = udev_enumerate_new(udev) else { throw outOfMemory }
    defer { udev_enumerate_unref(enumeration) }
    udev_enumerate_add_match_subsystem(enumeration, subsystem)
    let result = udev_enumerate_scan_devices(enumeration)
    guard result >= 0 else {
      throw RigFault(Part(.host, ""), "the devices cannot be listed: \(systemText(-result))")
    }
    var devices: [UdevDevice] = []
    var entry = udev_enumerate_get_list_entry(enumeration)
    while let current = entry {
      // One that was pulled meanwhile is no longer there.
      if let path = udev_list_entry_get_name(current),
        let device = udev_device_new_from_syspath(udev, path)
      {
        devices.append(UdevDevice(device))
        udev_device_unref(device)
      }
      entry = udev_list_entry_get_next(current)
    }
    return devices
  }

  static func context() throws(RigFault) -> OpaquePointer {
    guard let udev = udev_new() else { throw outOfMemory }
    return udev
  }

  private static var outOfMemory: RigFault {
    RigFault(Part(.host, ""), "udev cannot be asked: \(systemText(ENOMEM))")
  }
}
