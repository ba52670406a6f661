/// The transaction a client has under way: its state and the evidence gathered so far.
struct Transaction: Sendable {
  enum Phase: Sendable {
    /// None is under way.
    case idle
    /// Listening until the line and the device may be addressed.
    case preparing
    /// A frame was given to the driver, which has not reported it sent.
    case sending
    /// Sent; the deadline is running.
    case waiting
    /// Over, to be fetched.
    case finished
  }

  enum Purpose: Sendable {
    case request
    case diagnosticProbe
    case readProbe
  }

  /// A frame that is to be sent or was sent last.
  struct Outgoing: Sendable {
    var purpose: Purpose
    var request: Request
    var frame: [UInt8]
    var transaction: UInt16
  }

  var phase = Phase.idle
  var exchange: Exchange
  var limits = DeviceLimits()
  /// The frame of the request itself.
  var own: Outgoing
  var outgoing: Outgoing
  var triedDiagnosticProbe = false
  var triedReadProbe = false
  /// When the driver last listened while preparing.
  var polledAt: Duration?
  /// How long to wait for a silent line.
  var busyLimit: Duration?
  /// When the last frame's last byte has left.
  var transmittedAt: Duration = .zero
  var deadline: Duration = .zero
  /// Bytes heard since the last frame was sent, without its echo.
  var heard = 0
  var heardEcho = false
  /// Of these, bytes that belong to no valid frame.
  var wasted = 0
  var sawDamage = false
  var mismatch: ReplyMismatch?

  static let idle = Transaction(
    request: .reportServerID,
    unit: .broadcast,
    limits: DeviceLimits(),
    frame: [],
    transaction: 0,
    phase: .idle,
    now: .zero
  )

  init(
    request: Request,
    unit: UnitIdentifier,
    limits: DeviceLimits,
    frame: [UInt8],
    transaction: UInt16,
    phase: Phase,
    now: Duration
  ) {
    self.phase = phase
    self.limits = limits
    own = Outgoing(purpose: .request, request: request, frame: frame, transaction: transaction)
    outgoing = own
    exchange = Exchange(
      unit: unit,
      request: request,
      outcome: .failed(.cancelled),
      started: now,
      sentAt: nil,
      transmittedAt: nil,
      firstByteAt: nil,
      finishedAt: now,
      frames: [],
      skippedBytes: 0,
      isTraceTruncated: false
    )
  }

  var unit: UnitIdentifier { exchange.unit }
  var isBroadcast: Bool { exchange.unit == .broadcast }

  /// Of a long run of noise this much is kept.
  private static let noiseKept = 256
  /// Places kept free for what matters most: requests, probes and answers.
  private static let framesReserved = 8

  /// Keeps a frame as evidence.
  mutating func trace(_ kind: TracedFrame.Kind, _ bytes: some Sequence<UInt8>, at time: Duration) {
    let room =
      switch kind {
      case .request, .reply, .probe, .probeReply: Exchange.frameLimit
      default: Exchange.frameLimit - Self.framesReserved
      }
    guard exchange.frames.count < room else {
      exchange.isTraceTruncated = true
      return
    }
    exchange.frames.append(TracedFrame(kind: kind, bytes: Array(bytes), at: time))
  }

  /// Keeps noise as evidence; noise that follows noise is one piece.
  mutating func traceNoise(_ bytes: ArraySlice<UInt8>, at time: Duration) {
    exchange.skippedBytes += bytes.count
    let last = exchange.frames.count - 1
    guard last >= 0, exchange.frames[last].kind == .noise else {
      if bytes.count > Self.noiseKept { exchange.isTraceTruncated = true }
      trace(.noise, bytes.prefix(Self.noiseKept), at: time)
      return
    }
    let room = Self.noiseKept - exchange.frames[last].bytes.count
    if bytes.count > room { exchange.isTraceTruncated = true }
    exchange.frames[last].bytes += bytes.prefix(room)
  }
}
