/// The client side of one Modbus line, without any input or output.
///
/// A driver pulls the steps: after ``begin(_:unit:limits:at:)`` it calls ``next(at:)`` again and
/// again and does what it says:
///
/// - `.listen(until:)`: wait for bytes until that time at the latest, without blocking when it has
///   passed already; then call ``received(_:at:)`` with what came, even when that is nothing.
/// - `.send`: write the bytes, then call ``sent(at:)``.
/// - `.done`: the transaction is over.
///
/// All times are since one fixed origin of a monotonic clock.
///
/// What the client promises: only a frame with a right CRC (or header), the right unit, function,
/// byte count and repeated fields, seen before the deadline, becomes an answer. One deadline
/// governs a transaction: the end of the transmission, plus the device's limit, plus the transfer
/// time of the expected reply; nothing that is heard prolongs it. A reply that was missed makes the
/// unit *suspect*: the line is listened to until the reply's late window is over, and the unit must
/// answer a probe that no older reply can answer before it is asked anything else.
public struct Client: Sendable {
  /// What the driver is to do next.
  public enum Step: Hashable, Sendable {
    /// Wait for bytes until this time at the latest.
    case listen(until: Duration)
    /// Write these bytes.
    case send([UInt8])
    /// The transaction is over.
    case done(Exchange)
  }

  /// How frames are laid into the stream.
  public private(set) var framing: Framing
  /// The silence kept on the line before every request.
  public private(set) var silence: Duration
  /// What was counted since the start.
  public internal(set) var statistics = BusStatistics()
  /// Whether the line repeats what is sent; nil as long as that is unknown.
  public internal(set) var lineEchoes: Bool?

  private let turnaround: Duration
  let echo: EchoHandling
  var hunter = FrameHunter()
  var stream = TCPReplyStream()
  var streamHasFailed = false
  var current = Transaction.idle
  var suspects: [UnitIdentifier: Suspect] = [:]
  /// Units that answered a read probe but no 08; they are probed by reads from then on.
  var silentOnDiagnostics: Set<UnitIdentifier> = []
  var lastByteAt: Duration?
  var quarantinedUntil: Duration?
  var lastTraffic: [UnitIdentifier: Duration] = [:]
  var lastTrafficOfAny: Duration?
  var lastBroadcast: Duration?
  var lastNonce: UInt16 = 0x4D42
  var lastTransaction: UInt16 = 0

  /// A client for one line.
  ///
  /// - Parameters:
  ///   - framing: how frames are laid into the stream.
  ///   - turnaround: silence on the whole bus between any traffic and the next request; on serial
  ///     lines at least 3.5 characters.
  ///   - echo: whether the line repeats what is sent. Ignored for Modbus TCP.
  public init(framing: Framing, turnaround: Duration = .zero, echo: EchoHandling = .detect) {
    self.framing = framing
    self.turnaround = turnaround
    self.silence = max(turnaround, framing.timing?.t3_5 ?? .zero)
    self.echo = framing.timing == nil ? .never : echo
    lineEchoes = Self.initialEcho(self.echo)
  }

  /// Starts a transaction.
  ///
  /// - Parameters:
  ///   - request: what to ask.
  ///   - unit: whom to ask; ``UnitIdentifier/broadcast`` for writes to all.
  ///   - limits: what is known about the device.
  ///   - now: the time.
  /// - Throws: ``RequestError`` when the request passes a limit or cannot be asked of this unit, or
  ///   when a transaction is under way. Nothing was sent then.
  public mutating func begin(
    _ request: Request,
    unit: UnitIdentifier,
    limits: DeviceLimits,
    at now: Duration
  ) throws(RequestError) {
    guard case .idle = current.phase else { throw .transactionUnderWay }
    if unit == .broadcast, !request.canBeBroadcast {
      throw .cannotBeBroadcast(request.functionCode)
    }
    // 255 stands for the TCP device itself.
    if unit.rawValue > 247, framing.timing != nil || unit.rawValue != 255 {
      throw .reservedUnit(unit)
    }
    if case .diagnostics(Limit.forceListenOnly, _) = request { throw .hasNoReply(.diagnostics) }
    if case .read(let probe) = limits.probe {
      if !probe.isPlainRead { throw .probeIsNotARead(probe.functionCode) }
      try probe.checkLimits()
    }
    let frame = try encode(request, unit: unit)
    current = Transaction(
      request: request,
      unit: unit,
      limits: limits,
      frame: frame,
      transaction: lastTransaction,
      phase: .preparing,
      now: now
    )
    hunter.expectation = FrameHunter.Expectation()
    // Nobody knows what was on the line before (V1.02, 2.5.1: start in the initial state).
    if lastByteAt == nil { lastByteAt = now }
  }

  /// What to do now. A transaction must be under way.
  public mutating func next(at now: Duration) -> Step {
    while true {
      switch current.phase {
      case .preparing:
        if let step = prepare(at: now) { return step }
      case .waiting:
        if now < current.deadline { return .listen(until: current.deadline) }
        expire(at: now)
      case .finished:
        current.phase = .idle
        return .done(current.exchange)
      case .sending:
        preconditionFailure("the driver must report a frame as sent before it asks on")
      case .idle:
        preconditionFailure("no transaction is under way")
      }
    }
  }

  /// The frame of the last `.send` was handed to the driver at this time; on a serial line it
  /// occupies the wire for its transfer time from then on.
  public mutating func sent(at now: Duration) {
    guard case .sending = current.phase else { return }
    recordSent(at: now)
  }

  /// Bytes were seen at this time; empty when listening ended without any.
  public mutating func received(_ bytes: [UInt8], at now: Duration) {
    if case .preparing = current.phase { current.polledAt = now }
    if bytes.isEmpty { return }
    lastByteAt = now
    switch current.phase {
    case .idle, .finished, .sending:
      statistics.total.skippedBytes += bytes.count
    case .preparing, .waiting:
      listen(to: bytes, at: now)
    }
  }

  /// Ends the transaction under way because the link failed or nobody wants the answer any more.
  ///
  /// When something was sent and not answered, the unit is suspect from now on. A transaction that
  /// is over already keeps its outcome. A transaction must be under way.
  ///
  /// - Returns: the transaction with its evidence.
  public mutating func abandon(at now: Duration, reason: AbandonReason) -> Exchange {
    flushHunter()
    switch current.phase {
    case .idle: preconditionFailure("no transaction is under way")
    case .finished: break
    case .preparing: finish(.failed(reason.failure), at: now)
    case .sending, .waiting:
      if case .sending = current.phase { recordSent(at: now) }
      if current.isBroadcast {
        quarantine(until: current.deadline)
      } else {
        suspectUnit(after: max(current.deadline, now))
      }
      finish(.failed(reason.failure), at: now)
    }
    current.phase = .idle
    return current.exchange
  }

  /// The link was closed and opened again: half frames are forgotten and the echo is unknown again.
  /// Suspect units stay suspect, because the device may be the same.
  public mutating func linkReopened(at now: Duration) {
    hunter.clear()
    stream.clear()
    streamHasFailed = false
    lastByteAt = now
    lineEchoes = Self.initialEcho(echo)
  }

  /// The line was set to another rate or another form of characters.
  public mutating func lineChanged(to timing: LineTiming, at now: Duration) {
    framing = framing.retimed(timing)
    silence = max(turnaround, framing.timing?.t3_5 ?? .zero)
    linkReopened(at: now)
    // A reply that is still owed would come in the form of the former line, and never be understood.
    suspects = [:]
    quarantinedUntil = nil
  }

  /// A unit lost its supply, and with it every reply that it may have owed.
  public mutating func unitRestarted(_ unit: UnitIdentifier) { suspects[unit] = nil }

  private static func initialEcho(_ echo: EchoHandling) -> Bool? {
    switch echo {
    case .detect: nil
    case .never: false
    case .always: true
    }
  }

  /// The frame of a request; on TCP with a transaction identifier of its own.
  mutating func encode(
    _ request: Request,
    unit: UnitIdentifier
  ) throws(RequestError) -> [UInt8] {
    if framing.timing != nil { return try RTUFrame.encode(request, unit: unit) }
    let pdu = try request.pdu()
    lastTransaction &+= 1
    return TCPFrame.wrap(transaction: lastTransaction, unit: unit, pdu: pdu)
  }
}

extension AbandonReason {
  fileprivate var failure: ExchangeFailure {
    switch self {
    case .disconnected: .disconnected
    case .cancelled: .cancelled
    }
  }
}
