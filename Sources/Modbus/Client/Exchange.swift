/// How a transaction ended.
public enum Outcome: Hashable, Sendable {
  /// The checked answer.
  case response(Response)
  /// The device refused.
  case exception(ExceptionCode)
  /// Sent to all; nobody answers a broadcast.
  case broadcast
  /// No usable answer.
  case failed(ExchangeFailure)
}

/// One finished transaction with its evidence.
public struct Exchange: Hashable, Sendable {
  /// Who was asked.
  public let unit: UnitIdentifier
  /// What was asked.
  public let request: Request
  /// How it ended.
  public internal(set) var outcome: Outcome
  /// When it was begun.
  public let started: Duration
  /// When the request was handed to the line; nil when it was never sent.
  public internal(set) var sentAt: Duration?
  /// When the request's last byte had left, by the line's transfer time.
  public internal(set) var transmittedAt: Duration?
  /// When the first byte of the answer was seen.
  public internal(set) var firstByteAt: Duration?
  /// When it ended.
  public internal(set) var finishedAt: Duration
  /// The traffic in the order it was recognised. At most ``frameLimit`` pieces are kept.
  public internal(set) var frames: [TracedFrame]
  /// Bytes that belong to no valid frame.
  public internal(set) var skippedBytes: Int
  /// Whether more traffic came than ``frames`` keeps.
  public internal(set) var isTraceTruncated: Bool

  /// The most pieces of traffic kept of one transaction; the answer is always among them.
  public static let frameLimit = 64

  /// The time from the end of the request to the first byte of the answer, at least zero.
  public var responseTime: Duration? {
    guard let transmittedAt, let firstByteAt else { return nil }
    return max(firstByteAt - transmittedAt, .zero)
  }

  /// The checked answer, or nil when there is none.
  public var response: Response? {
    if case .response(let response) = outcome { response } else { nil }
  }

  /// The failure, or nil when there is none.
  public var failure: ExchangeFailure? {
    if case .failed(let failure) = outcome { failure } else { nil }
  }
}
