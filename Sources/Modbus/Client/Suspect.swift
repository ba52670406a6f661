/// A unit that owes replies.
///
/// A device answers in order, one request at a time. An answer that only a *later* request can have
/// caused therefore proves that nothing older can follow; an answer that several requests can have
/// caused is put down to the oldest of them. A gateway that reorders requests breaks this reasoning,
/// and only that.
struct Suspect: Sendable {
  /// Requests without a reply, oldest first.
  private(set) var outstanding: [Request] = []
  /// Whether a request of any function must wait for a probe.
  var needsProbe = true

  /// Fewer than there are shapes of read probes, so that one is always free. What is forgotten is
  /// older than eight more missed replies, each with its response limit.
  private static let memory = 8

  mutating func owes(_ request: Request) {
    if outstanding.count == Self.memory { outstanding.removeFirst() }
    outstanding.append(request)
    needsProbe = true
  }

  /// Puts a reply down to the oldest request that can have caused it; that one and all older ones
  /// are settled.
  ///
  /// - Returns: whether there is such a request.
  mutating func settle(by pdu: ArraySlice<UInt8>) -> Bool {
    guard let index = outstanding.firstIndex(where: { $0.canCause(pdu) }) else { return false }
    outstanding.removeSubrange(...index)
    return true
  }

  /// Whether the unit must be probed before a request. Left-over 08 replies can be mistaken only
  /// for the reply to another 08.
  func mustBeProbed(before request: Request) -> Bool {
    needsProbe
      || request.functionCode == .diagnostics
        && outstanding.contains { $0.functionCode == .diagnostics }
  }

  /// Whether only 08 replies are owed.
  var owesOnlyDiagnostics: Bool {
    outstanding.allSatisfy { $0.functionCode == .diagnostics }
  }

  /// A read whose normal answer no request still unanswered can cause: the given one, or the same
  /// with another count.
  func distinctRead(like base: Request) -> Request {
    let candidates = [base] + base.variedCounts
    return candidates.first { candidate in
      !outstanding.contains { $0.hasSameShape(as: candidate) }
    } ?? base
  }
}

extension Request {
  /// Whether a reply PDU can be the answer to this request.
  func canCause(_ pdu: ArraySlice<UInt8>) -> Bool {
    if pdu.count == 2, pdu.first == functionCode.exceptionByte { return true }
    return (try? Response(bytes: pdu, to: self)) != nil
  }

  /// Whether normal replies to both can look alike.
  fileprivate func hasSameShape(as other: Request) -> Bool {
    functionCode == other.functionCode && replyLength == other.replyLength
  }

  /// The same read with nine other counts, small ones first, each with a reply of its own length.
  /// At the end of the address space the address moves down.
  fileprivate var variedCounts: [Request] {
    func varied(
      _ address: UInt16,
      _ step: Int,
      _ read: (UInt16, UInt16) -> Request
    ) -> [Request] {
      (0..<9).map { index in
        let count = 1 + index * step
        let start = min(Int(address), Limit.addressSpace - count)
        return read(UInt16(start), UInt16(count))
      }
    }
    return switch self {
    case .readCoils(let address, _):
      varied(address, 8) { .readCoils(address: $0, count: $1) }
    case .readDiscreteInputs(let address, _):
      varied(address, 8) { .readDiscreteInputs(address: $0, count: $1) }
    case .readHoldingRegisters(let address, _):
      varied(address, 1) { .readHoldingRegisters(address: $0, count: $1) }
    case .readInputRegisters(let address, _):
      varied(address, 1) { .readInputRegisters(address: $0, count: $1) }
    default: []
    }
  }

  /// Whether this is one of 01 to 04.
  var isPlainRead: Bool {
    switch self {
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters: true
    default: false
    }
  }
}
