public import Quantities
public import Rig

/// Tells of adapters that are plugged in and pulled.
public final class AdapterWatch {
  /// What happened.
  public enum Change: Hashable, Sendable {
    case plugged(SerialAdapter)
    /// The device file that is gone.
    case pulled(device: String)
  }

  private let monitor: UdevMonitor

  /// Hears changes from now on.
  ///
  /// - Parameter lane: the lane whose thread the watch may block; every call must come from there.
  /// - Throws: where udev cannot be heard.
  public init(lane: ThreadLane) throws(RigFault) {
    monitor = try UdevMonitor(subsystem: "tty", lane: lane)
  }

  /// The next change; nil where the deadline comes first.
  public nonisolated(nonsending) func next(
    until deadline: Instant
  ) async throws(LinkFailure) -> Change? {
    while let change = try await monitor.next(until: deadline) {
      switch change {
      case .added(let device):
        if let adapter = SerialAdapter(device) { return .plugged(adapter) }
      // What a device was can no longer be asked of it, only what udev had noted.
      case .removed(let device):
        if device.properties["ID_BUS"] == "usb", let node = device.node {
          return .pulled(device: node)
        }
      }
    }
    return nil
  }
}
