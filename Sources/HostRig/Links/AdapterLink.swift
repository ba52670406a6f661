import Benches
import Glibc
import Modbus
import Quantities
import Rig

/// The serial line of a bench file's adapter, wherever that is plugged in; it may come back there
/// under another device file.
final class AdapterLink: PluggableLink, AdjustableLink {
  private let adapter: Adapter
  private var settings: LineSettings
  private let lane: ThreadLane
  /// Nil while the adapter is gone.
  private var line: TTYLink?
  /// How failures call it.
  private var title: String
  /// It had its time.
  private var hasGivenUp = false

  /// Finds the adapter and opens its line.
  ///
  /// - Throws: what to do where that cannot be.
  init(_ adapter: Adapter, settings: LineSettings, lane: ThreadLane) throws(RigFault) {
    self.adapter = adapter
    self.settings = settings
    self.lane = lane
    title = "adapter \(adapter.name)"
    try open()
  }

  var isPseudoTerminal: Bool { line?.isPseudoTerminal ?? false }

  /// What the record says of the line.
  var remark: String {
    guard let line else { return "\(title) is gone" }
    let text =
      "adapter \(adapter.name) is \(line.path), \(settings.text), \(line.appliedBaud) baud applied"
    guard let timer = line.latencyTimer else { return text }
    guard timer >= 16 else { return text + ", latency timer \(timer) ms" }
    return text + ", latency timer \(timer) ms: it adds up to that to each reply; "
      + "install Packaging/udev/60-meterbench.rules"
  }

  nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    guard let line else { throw .disconnected(title) }
    try await line.write(bytes)
  }

  nonisolated(nonsending) func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8] {
    guard let line else { throw .disconnected(title) }
    return try await line.read(until: deadline)
  }

  nonisolated(nonsending) func adjust(
    to line: LineSettings
  ) async throws(LinkFailure) -> LineSettings {
    // Also for an adapter that is away: it is opened so when it comes back.
    settings = line
    guard let open = self.line else { throw .disconnected(title) }
    return try open.adjust(to: line)
  }

  // MARK: Coming back

  var mayComeBack: Bool { adapter.replug != nil && !hasGivenUp }
  var isLost: Bool { line?.isHungUp ?? true }

  nonisolated(nonsending) func reopen(waiting: Bool) async throws(LinkFailure) -> String {
    guard let limit = adapter.replug else { throw .disconnected(title) }
    // A port that is still open keeps its device file from coming back.
    line = nil
    do throws(RigFault) {
      // Heard from before the first look on, so that nothing falls between.
      let monitor = try UdevMonitor(subsystem: "tty", lane: lane)
      let deadline = HostClock.now + limit
      while true {
        let why: RigFault
        do throws(RigFault) {
          try open()
          return "\(title) was pulled and is back: \(remark)"
        } catch {
          why = error
        }
        guard waiting else { throw why }
        guard HostClock.now < deadline else {
          hasGivenUp = true
          let time = Quantity(limit.inSeconds, .second).readable
          throw RigFault(
            why.part,
            "\(title) was pulled and did not come back within \(time): \(why.text)"
          )
        }
        // Not every obstacle goes away with an event: a program that had taken the device may let go
        // of it.
        try await change(monitor, until: min(deadline, HostClock.now + .milliseconds(500)))
      }
    } catch {
      if Task.isCancelled { throw .cancelled }
      throw .system(error.text)
    }
  }

  /// Waits until a tty comes or goes.
  private nonisolated(nonsending) func change(
    _ monitor: UdevMonitor,
    until deadline: Instant
  ) async throws(RigFault) {
    do throws(LinkFailure) { _ = try await monitor.next(until: deadline) } catch {
      throw RigFault(Part(.adapter, adapter.name), "\(error)")
    }
  }

  private func open() throws(RigFault) {
    let path = try adapter.devicePath
    title = "adapter \(adapter.name) (\(path))"
    do throws(LinkFailure) {
      line = try TTYLink(
        path: path,
        title: title,
        settings: settings,
        driverEnable: adapter.driverEnable,
        lane: lane
      )
    } catch {
      throw RigFault(Part(.adapter, adapter.name), "\(error)")
    }
  }
}

extension Adapter {
  /// Its device file at this moment.
  ///
  /// - Throws: where it is not plugged in, or not to be told from another one.
  var devicePath: String {
    get throws(RigFault) {
      if case .path(let path) = identity { return path }
      return try AdapterSearch(
        wanted: self,
        plugged: SerialAdapter.all(),
        portless: PortlessInterface.all()
      ).find().device
    }
  }
}
