import HostRig
import Quantities
import Rig

/// The USB serial adapters of this machine, as a person or a program wants to see them.
public enum AdapterList {
  /// An adapter with the lines for a bench file.
  public struct Entry: Encodable, Sendable {
    public var device: String
    public var usbID: String
    public var title: String
    public var serial: String?
    public var path: String?
    public var interface: Int?
    public var port: Int?
    public var driver: String?
    public var latencyTimerMilliseconds: Int?
    public var links: [String]
    public var problems: [String]
    /// What stands under `adapters` in a bench file, after the adapter's name.
    public var benchFile: String
  }

  /// What is plugged in.
  ///
  /// - Throws: where udev cannot be asked.
  public static func entries() throws -> [Entry] {
    let adapters = try SerialAdapter.all()
    return adapters.map { entry($0, among: adapters) }
  }

  /// Sentences about USB devices that programs have taken for themselves: an adapter that is missed
  /// may be one of them.
  ///
  /// - Throws: where udev cannot be asked.
  public static func taken() throws -> [String] { try PortlessInterface.takenByPrograms() }

  /// What keeps adapters from being found by what they are; nil where nothing does.
  public static var doubt: String? {
    UdevDaemon.isRunning
      ? nil
      : "udev does not run here, so no serial number and no socket is known: name adapters by "
        + "'path', or start it (in a container: mount /run/udev of the host)"
  }

  /// Reports every adapter that comes or goes, until somebody interrupts it.
  ///
  /// - Parameters:
  ///   - json: whether each report is one line of JSON.
  ///   - begin: gets those that are there when nothing that comes or goes is missed any more.
  ///   - print: gets each report.
  public static func watch(
    json: Bool,
    begin: @escaping @Sendable ([Entry]) -> Void,
    print: @escaping @Sendable (String) -> Void
  ) throws {
    let lane = try ThreadLane(name: "adapters")
    defer { lane.stop() }
    let isStopped = Locked(false)
    let signals = try Signals(emergency: {})
    let failure = Blocking.run(on: lane) { () -> (any Error)? in
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          if await signals.next(on: lane) != nil { isStopped.withLock { $0 = true } }
        }
        defer { group.cancelAll() }
        do {
          let watch = try AdapterWatch(lane: lane)
          begin(try entries())
          while !isStopped.withLock({ $0 }) {
            let look = lane.now + .milliseconds(200)
            guard let change = try await watch.next(until: look) else { continue }
            print(json ? try line(change) : try text(change))
          }
          return nil
        } catch {
          return error
        }
      }
    }
    if let failure { throw failure }
  }

  /// A block for each adapter.
  public static func text(_ entries: [Entry]) -> String {
    guard !entries.isEmpty else {
      return "no USB serial adapter is plugged in; look at the plug, and at dmesg"
    }
    return entries.map(text).joined(separator: "\n")
  }

  /// The adapters as a JSON array.
  public static func json(_ entries: [Entry]) -> String { JSON.text(entries) }

  private static func text(_ entry: Entry) -> String {
    let place = [
      entry.path.map { "socket \($0)" }, entry.interface.map { "interface \($0)" },
      entry.port.map { "port \($0)" }, entry.driver.map { "driver \($0)" },
      entry.latencyTimerMilliseconds.map { "latency timer \($0) ms" },
    ].compactMap { $0 }.joined(separator: ", ")
    let lines =
      [
        "\(entry.device)  \(entry.title)  \(entry.usbID)  "
          + (entry.serial.map { "serial \($0)" } ?? "no serial number"),
        "  \(place)",
      ] + entry.problems.map { "  ! \($0)" } + ["  in a bench file:  NAME: \(entry.benchFile)"]
    return lines.joined(separator: "\n")
  }

  private static func text(_ change: AdapterWatch.Change) throws -> String {
    switch change {
    case .plugged(let adapter):
      "+ " + text(entry(adapter, among: try SerialAdapter.all()))
    case .pulled(let device): "- \(device)"
    }
  }

  private struct Change: Encodable {
    var change: String
    var device: String
    var adapter: Entry?
  }

  private static func line(_ change: AdapterWatch.Change) throws -> String {
    switch change {
    case .plugged(let adapter):
      JSON.line(
        Change(
          change: "plugged",
          device: adapter.device,
          adapter: entry(adapter, among: try SerialAdapter.all())
        )
      )
    case .pulled(let device): JSON.line(Change(change: "pulled", device: device))
    }
  }

  private static func entry(_ adapter: SerialAdapter, among all: [SerialAdapter]) -> Entry {
    Entry(
      device: adapter.device,
      usbID: adapter.usbID,
      title: adapter.title,
      serial: adapter.serial,
      path: adapter.path,
      interface: adapter.interface,
      port: adapter.port,
      driver: adapter.driver,
      latencyTimerMilliseconds: adapter.latencyTimer,
      links: adapter.links,
      problems: adapter.obstacles + twinProblem(adapter, all),
      benchFile: benchFile(adapter, all)
    )
  }

  private static func twinProblem(_ adapter: SerialAdapter, _ all: [SerialAdapter]) -> [String] {
    let same = all.filter {
      $0.usbID == adapter.usbID && $0.serial == adapter.serial && $0.path != adapter.path
    }
    guard !same.isEmpty else { return [] }
    let what = adapter.serial == nil ? "have no serial number" : "have one serial number"
    return [
      "this and \(same.map(\.device).joined(separator: ", ")) are alike and \(what): "
        + "they are told apart by their sockets, so keep them where they are"
    ]
  }

  /// The least that names this adapter and no other one.
  private static func benchFile(_ adapter: SerialAdapter, _ all: [SerialAdapter]) -> String {
    func entry(_ key: String, _ value: String, _ same: [SerialAdapter]) -> String {
      let text = value.contains(":") || value.contains("#") ? "\"\(value)\"" : value
      if same.count == 1 { return "{ \(key): \(text) }" }
      if let port = adapter.port, same.filter({ $0.port == port }).count == 1 {
        return "{ \(key): \(text), port: \(port) }"
      }
      if let interface = adapter.interface {
        return "{ \(key): \(text), interface: \(interface) }"
      }
      return "{ \(key): \(text) }"
    }
    if let serial = adapter.serial {
      let same = all.filter { $0.serial == serial }
      if same.allSatisfy({ $0.path == adapter.path }) { return entry("usb-serial", serial, same) }
    }
    if let path = adapter.path {
      return entry("usb-path", path, all.filter { $0.path == path })
    }
    return "{ path: \(adapter.links.first ?? adapter.device) }"
  }
}
