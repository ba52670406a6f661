public import Benches
import CHost
import Glibc
public import Modbus
public import Quantities
public import Rig

/// A serial line of this machine: a USB adapter, an on-board port, or a pseudo-terminal.
///
/// The line is locked against other processes, and set exactly as asked: a driver that silently
/// applies something else is refused.
public final class TTYLink: SerialLink {
  /// The path under which it was opened.
  public let path: String

  /// Whether this is a pseudo-terminal, behind which there is a program and no wire.
  public let isPseudoTerminal: Bool

  /// The line rate that the driver reports, in baud; within 1 % of what was asked for.
  public private(set) var appliedBaud: Int

  /// What a pseudo-terminal did not take over, such as parity; always empty for hardware.
  public private(set) var settingsNotApplied: [String]

  /// How long a USB converter gathers bytes before it hands them on, in ms, after it was asked to
  /// do so at once; nil where the line has no such timer.
  public let latencyTimer: Int?

  private let descriptor: Descriptor
  private let stream: ByteStream

  /// Opens, locks and sets a line, and discards what it had received before.
  ///
  /// - Parameters:
  ///   - path: the device file.
  ///   - title: what failures call the line; its path where nil.
  ///   - settings: rate, parity and stop bits; always eight data bits.
  ///   - driverEnable: how the kernel is to switch the line's driver; nil where it need not.
  ///   - lane: the lane whose thread the link may block; every call must come from there.
  /// - Throws: `LinkFailure.system` with a text that says what to do.
  public init(
    path: String,
    title: String? = nil,
    settings: LineSettings,
    driverEnable: DriverEnable? = nil,
    lane: ThreadLane
  ) throws(LinkFailure) {
    // What no line can be set to is refused before anything is opened.
    _ = try Self.kernelSettings(settings, path: path)
    let descriptor = try Self.openLocked(path)
    let isPseudoTerminal = chost_tty_is_pseudo(descriptor.raw)
    let applied = try Self.apply(settings, descriptor, path: path)
    if let driverEnable { try Self.enable(driverEnable, descriptor, path) }
    // What the driver cannot do shows in the timer that stands there afterwards.
    _ = chost_tty_lower_latency(descriptor.raw)
    latencyTimer = Self.latencyTimer(of: path)
    self.path = path
    self.isPseudoTerminal = isPseudoTerminal
    self.descriptor = descriptor
    appliedBaud = applied.baud
    settingsNotApplied = applied.deviations
    stream = try ByteStream(descriptor, name: title ?? path, lane: lane)
  }

  deinit { if !isPseudoTerminal { _ = chost_tty_set_exclusive(descriptor.raw, false) } }

  /// Whether the adapter is gone, or the program behind a pseudo-terminal.
  var isHungUp: Bool {
    var watched = pollfd(fd: descriptor.raw, events: 0, revents: 0)
    return poll(&watched, 1, 0) > 0
  }

  public nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    try await stream.write(bytes)
  }

  public nonisolated(nonsending) func read(
    until deadline: Instant
  ) async throws(LinkFailure) -> [UInt8] {
    try await stream.read(until: deadline)
  }

  /// Sets the open line anew, and discards what it had received before.
  ///
  /// - Returns: what the line is set to really: a pseudo-terminal has no parity.
  public func adjust(to settings: LineSettings) throws(LinkFailure) -> LineSettings {
    let applied = try Self.apply(settings, descriptor, path: path)
    appliedBaud = applied.baud
    settingsNotApplied = applied.deviations
    return isPseudoTerminal
      ? LineSettings(baud: settings.baud, stopBits: settings.stopBits) : settings
  }

  private static func apply(
    _ settings: LineSettings,
    _ descriptor: borrowing Descriptor,
    path: String
  ) throws(LinkFailure) -> (baud: Int, deviations: [String]) {
    var wanted = try kernelSettings(settings, path: path)
    var applied = chost_tty_settings()
    var result = chost_tty_configure(descriptor.raw, &wanted, &applied)
    if result == 0 { result = chost_tty_discard(descriptor.raw) }
    guard result == 0 else {
      throw .system("\(path) refuses \(settings.text): \(systemText(-result))")
    }
    let deviations = deviations(of: applied, from: wanted)
    guard deviations.isEmpty || chost_tty_is_pseudo(descriptor.raw) else {
      throw .system(
        "\(path) cannot do \(settings.text): its driver did not apply "
          + "\(deviations.joined(separator: ", ")); use another adapter or other settings"
      )
    }
    return (Int(applied.baud), deviations)
  }

  private static func openLocked(_ path: String) throws(LinkFailure) -> Descriptor {
    // Non-blocking, because a line without carrier detect would block the open itself.
    let raw = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard raw >= 0 else { throw .system(refusal(of: path, code: errno)) }
    let descriptor = Descriptor(owning: raw)
    guard isatty(raw) == 1 else { throw .system("\(path) is not a serial line") }
    var result = chost_lock(raw)
    if result == -EWOULDBLOCK {
      throw .system("\(path) is in use by \(DeviceUser.text(of: path))")
    }
    // On a pseudo-terminal that its program keeps open the mark would outlive a killed client and
    // lock out the next; the lock above ends with its process.
    if result == 0, !chost_tty_is_pseudo(raw) { result = chost_tty_set_exclusive(raw, true) }
    guard result == 0 else { throw .system("\(path) cannot be locked: \(systemText(-result))") }
    return descriptor
  }

  private static func enable(
    _ driverEnable: DriverEnable,
    _ descriptor: Descriptor,
    _ path: String
  ) throws(LinkFailure) {
    let result = chost_tty_enable_driver(descriptor.raw, driverEnable == .rtsHigh)
    guard result < 0 else { return }
    throw .system(
      "\(path): its driver cannot switch the line's transmitter by RTS (\(systemText(-result))); "
        + "leave out 'driver-enable' for an adapter that does it by itself, else use another port"
    )
  }

  /// The attribute that ftdi_sio gives its converters.
  private static func latencyTimer(of path: String) -> Int? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    let name = String(cString: real).split(separator: "/").last ?? ""
    let text = SystemFile.contents(of: "/sys/class/tty/\(name)/device/latency_timer")
    return Int(text.prefix { $0 != "\n" })
  }

  /// What to do about a device file that is not there.
  static func absence(of path: String) -> String {
    path.contains("/")
      ? "\(path) does not exist; is the adapter plugged in? 'meterbench adapters' lists those that are"
      : "'\(path)' is no device file; 'meterbench adapters' lists those such as /dev/ttyUSB0"
  }

  private static func refusal(of path: String, code: Int32) -> String {
    switch code {
    case ENOENT, ENODEV, ENXIO: absence(of: path)
    case EACCES, EPERM: "\(path): \(DeviceAccess.refusal(of: path) ?? "permission denied")"
    case EBUSY: "\(path) is in use by \(DeviceUser.text(of: path))"
    default: "\(path): \(systemText(code))"
    }
  }

  private static func kernelSettings(
    _ settings: LineSettings,
    path: String
  ) throws(LinkFailure) -> chost_tty_settings {
    let parities = [
      "none": CHOST_PARITY_NONE, "even": CHOST_PARITY_EVEN, "odd": CHOST_PARITY_ODD,
    ]
    guard let baud = UInt32(exactly: settings.baud), baud > 0,
      let parity = parities[settings.parity], (1...2).contains(settings.stopBits)
    else { throw .system("\(path): no line can be set to \(settings.text)") }
    return chost_tty_settings(
      baud: baud,
      data_bits: 8,
      parity: UInt8(parity.rawValue),
      stop_bits: UInt8(settings.stopBits)
    )
  }

  /// What differs beyond what two Modbus devices tolerate: a sender's rate is to be within 1 %
  /// (Modbus over serial line V1.02, clause 3.2), and dividers seldom hit a rate exactly.
  private static func deviations(
    of applied: chost_tty_settings,
    from wanted: chost_tty_settings
  ) -> [String] {
    var deviations: [String] = []
    if abs(Double(applied.baud) / Double(wanted.baud) - 1) > 0.01 {
      deviations.append("\(wanted.baud) baud (it applied \(applied.baud))")
    }
    if applied.data_bits != wanted.data_bits { deviations.append("\(wanted.data_bits) data bits") }
    if applied.parity != wanted.parity {
      deviations.append("\(["no", "even", "odd"][Int(wanted.parity)]) parity")
    }
    if applied.stop_bits != wanted.stop_bits { deviations.append("\(wanted.stop_bits) stop bits") }
    return deviations
  }
}
