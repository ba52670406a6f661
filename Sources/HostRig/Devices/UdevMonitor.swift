import CHost
import CUdev
import Quantities
import Rig

/// Tells of devices that come and go, once udev's rules are done with them.
///
/// It belongs to the lane on which it is used, whose thread it may block.
final class UdevMonitor {
  /// What happened to a device.
  enum Change: Hashable, Sendable {
    case added(UdevDevice)
    case removed(UdevDevice)
  }

  private let udev: OpaquePointer
  private let monitor: OpaquePointer
  private let waiting: DescriptorWait

  /// Hears changes from now on.
  init(subsystem: String, lane: ThreadLane) throws(RigFault) {
    let udev = try Udev.context()
    // The source "udev" speaks after the rules, when the names are there; "kernel" before.
    guard let monitor = udev_monitor_new_from_netlink(udev, "udev") else {
      udev_unref(udev)
      throw Self.fault("is not to be heard")
    }
    var result = udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, nil)
    if result >= 0 { result = udev_monitor_enable_receiving(monitor) }
    do throws(LinkFailure) {
      guard result >= 0 else { throw .system(systemText(-result)) }
      waiting = try DescriptorWait(
        Descriptor(sharing: udev_monitor_get_fd(monitor)),
        name: "udev",
        lane: lane
      )
    } catch {
      udev_monitor_unref(monitor)
      udev_unref(udev)
      throw Self.fault("is not to be heard: \(error)")
    }
    self.udev = udev
    self.monitor = monitor
  }

  deinit {
    udev_monitor_unref(monitor)
    udev_unref(udev)
  }

  /// The next change; nil where the deadline comes first.
  nonisolated(nonsending) func next(until deadline: Instant) async throws(LinkFailure) -> Change? {
    try await waiting.run { () throws(LinkFailure) in
      while try waiting.wait(until: deadline) {
        guard let device = udev_monitor_receive_device(monitor) else { continue }
        defer { udev_device_unref(device) }
        switch udev_device_get_action(device).map({ String(cString: $0) }) {
        case "add": return .added(UdevDevice(device))
        case "remove": return .removed(UdevDevice(device))
        default: continue
        }
      }
      return nil
    }
  }

  private static func fault(_ text: String) -> RigFault {
    RigFault(Part(.host, ""), "udev \(text)")
  }
}
