/// What a client must know about one device's timing.
public struct DeviceLimits: Hashable, Sendable {
  /// How a device proves, after a reply went missing, that no older reply can follow.
  public enum Probe: Hashable, Sendable {
    /// 08/00 with a number never used before: the device repeats it, or refuses with 88. When
    /// neither comes, one read of another length is tried.
    case diagnosticEcho
    /// This read, one of 01 to 04. Its count is changed when its answer could be mistaken for that
    /// of a request still unanswered, so a few values after its address must be readable too.
    case read(Request)
  }

  /// The longest time from the end of the request to the start of the reply; 1 s by default.
  public var responseLimit: Duration
  /// The shortest pause between the last traffic with this device and the next request to it.
  /// Some meters restart when they are polled faster.
  public var minimumPause: Duration
  /// How long after a missed deadline a reply may still come; ``responseLimit`` when nil.
  public var lateWindow: Duration?
  /// The silence granted to the devices after a broadcast; 100 ms by default (Modbus over Serial
  /// Line V1.02, 2.4.1 names 100 to 200 ms).
  public var broadcastTurnaround: Duration
  /// The probe after a missed reply.
  public var probe: Probe

  /// Limits of a device; negative times count as zero.
  public init(
    responseLimit: Duration = .seconds(1),
    minimumPause: Duration = .zero,
    lateWindow: Duration? = nil,
    broadcastTurnaround: Duration = .milliseconds(100),
    probe: Probe = .diagnosticEcho
  ) {
    self.responseLimit = max(responseLimit, .zero)
    self.minimumPause = max(minimumPause, .zero)
    self.lateWindow = lateWindow.map { max($0, .zero) }
    self.broadcastTurnaround = max(broadcastTurnaround, .zero)
    self.probe = probe
  }

  var effectiveLateWindow: Duration { lateWindow ?? responseLimit }
}

/// What is known about an adapter that hears what it sends.
public enum EchoHandling: Hashable, Sendable {
  /// Learned from the first request whose reply cannot equal it.
  case detect
  /// The line does not echo.
  case never
  /// The line repeats every byte sent.
  case always
}
