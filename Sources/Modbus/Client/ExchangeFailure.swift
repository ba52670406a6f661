/// Why a request has no answer. The device may nevertheless have carried it out.
public enum ExchangeFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing usable came before the deadline; `received` bytes came at all.
  case timedOut(received: Int)
  /// The reply's shape came with a wrong CRC, and nothing valid in time.
  case damagedReply
  /// A valid frame of the right unit came that does not fit the request, and no other one in time.
  case wrongShape(ReplyMismatch)
  /// The right reply was in the input, but the bench read it only `by` after the deadline.
  case readTooLate(by: Duration)
  /// A reply is missing from earlier, and no probe proved that it can no longer come. The request
  /// was not sent.
  case notResynchronised
  /// Whether the line echoes is unknown and the read that would have told it stayed unanswered.
  /// The request was not sent, because its echo would look like success.
  case echoUndetermined
  /// The line echoes, and what was heard is not what was sent.
  case collision
  /// The line did not fall silent. The request was not sent.
  case lineBusy
  /// A Modbus TCP header is malformed; the stream has lost its frame borders.
  case malformedStream
  /// The link failed during the transaction.
  case disconnected
  /// The caller gave the transaction up.
  case cancelled

  /// One line that says what happened and what to do next.
  public var description: String {
    switch self {
    case .timedOut(let received) where received == 0:
      "no reply in time: check power, wiring, unit identifier and line settings"
    case .timedOut(let received):
      "no reply in time, but \(received) bytes that are none:"
        + " check line settings and who else talks on the line"
    case .damagedReply:
      "the reply came with a wrong CRC: check termination, bias, cabling and disturbance"
    case .wrongShape(let mismatch):
      "the unit answered something else (\(mismatch)):"
        + " check the device profile and that no two devices share the unit identifier"
    case .readTooLate(let by):
      "the bench read the reply \(by) after the deadline and cannot tell when it came:"
        + " reduce the load of this computer and repeat"
    case .notResynchronised:
      "an earlier reply is missing and no probe was answered, so the request was not sent:"
        + " check the device and its line"
    case .echoUndetermined:
      "the line's echo is unknown and a read to learn it was not answered,"
        + " so the request was not sent: read from the device first, or state the echo"
    case .collision:
      "the line repeated other bytes than were sent:"
        + " check for a second client, for shorts and for the adapter's direction control"
    case .lineBusy:
      "the line did not fall silent, so the request was not sent:"
        + " check for a second client and for a missing line bias"
    case .malformedStream:
      "the TCP stream carries no valid Modbus header: reconnect, and check the gateway's protocol"
    case .disconnected:
      "the link failed: check the adapter or the network, then reopen the link"
    case .cancelled:
      "given up by the caller: whether the device acted is unknown"
    }
  }
}

/// Why a transaction is given up from outside.
public enum AbandonReason: Hashable, Sendable {
  /// The link failed.
  case disconnected
  /// The caller no longer wants the answer.
  case cancelled
}
