/// Finds the requests in a serial byte stream, trying every offset.
///
/// The end of a request comes from its structure. Silence serves only to give up a request that was
/// never completed: a hole must be longer than 3.5 characters plus a guard that is longer than the
/// pieces in which USB adapters deliver. A wrong CRC gives silence, as the standard demands.
public struct RTURequestFramer: Sendable {
  /// A request as it was framed.
  public struct Framed: Hashable, Sendable {
    /// The unit asked, 0 for a broadcast.
    public var unit: UnitIdentifier
    /// Function code and data.
    public var pdu: [UInt8]

    /// A framed request.
    public init(unit: UnitIdentifier, pdu: [UInt8]) {
      self.unit = unit
      self.pdu = pdu
    }
  }

  /// Frames that had the structure of a request and a wrong CRC.
  public private(set) var crcErrors = 0
  /// Bytes that belong to no request.
  public private(set) var skippedBytes = 0
  /// Requests that were begun and never completed.
  public private(set) var incompleteRequests = 0

  private let patience: Duration
  private var bytes: [UInt8] = []
  private var lastByteAt: Duration?
  /// The offset after a border, where a wrong CRC is worth counting; nil within waste.
  private var border: Int? = 0

  /// A framer for one line.
  ///
  /// - Parameters:
  ///   - timing: the times of the line.
  ///   - guardTime: how much longer than 3.5 characters a hole inside a request may be; 50 ms is
  ///     three times the 16 ms in which common USB adapters deliver.
  public init(timing: LineTiming, guardTime: Duration = .milliseconds(50)) {
    patience = timing.t3_5 + max(guardTime, .zero)
  }

  /// Takes bytes seen at a time and returns the requests that are complete now.
  public mutating func receive(_ new: [UInt8], at now: Duration) -> [Framed] {
    if let lastByteAt, now - lastByteAt > patience { dropPartial() }
    guard !new.isEmpty else { return [] }
    lastByteAt = now
    bytes += new
    var found: [Framed] = []
    var start = 0
    while let (range, isRequest) = nextFrame(from: start) {
      skippedBytes += range.lowerBound - start
      if isRequest {
        found.append(
          Framed(
            unit: UnitIdentifier(rawValue: bytes[range.lowerBound]),
            pdu: Array(bytes[(range.lowerBound + 1)..<(range.upperBound - 2)])
          )
        )
      }
      start = range.upperBound
      border = start
    }
    let end = firstOpenOffset(from: start)
    skippedBytes += end - start
    bytes.removeFirst(end)
    border = border.flatMap { ($0 >= end) ? $0 - end : nil }
    return found
  }

  private mutating func dropPartial() {
    if !bytes.isEmpty {
      skippedBytes += bytes.count
      if border == 0 {
        if case .damaged = requestVerdict(0) { crcErrors += 1 } else { incompleteRequests += 1 }
      }
      bytes.removeAll(keepingCapacity: true)
    }
    border = 0
  }

  private enum Verdict {
    case hopeless
    case damaged
    /// More bytes may complete it; whether what is there makes a request likely.
    case open(isLikely: Bool)
    case request(Int)
    /// The reply of another device on the line.
    case reply(Int)
  }

  /// The next complete frame. An open write whose counts agree is waited for, because its values
  /// may look like a frame; nothing else that is open hides a complete frame behind it.
  private mutating func nextFrame(from first: Int) -> (Range<Int>, isRequest: Bool)? {
    for start in first..<bytes.count {
      switch judge(start) {
      case .request(let length): return (start..<(start + length), true)
      case .reply(let length): return (start..<(start + length), false)
      case .open(isLikely: true): return nil
      case .open(isLikely: false): break
      case .hopeless: if border == start { border = nil }
      case .damaged:
        if border == start {
          crcErrors += 1
          border = nil
        }
      }
    }
    return nil
  }

  private func firstOpenOffset(from first: Int) -> Int {
    (first..<bytes.count).first {
      if case .open = judge($0) { true } else { false }
    } ?? bytes.count
  }

  /// What is no request may be the reply of another device, which is no disturbance.
  private func judge(_ start: Int) -> Verdict {
    let verdict = requestVerdict(start)
    switch verdict {
    case .request, .open, .reply: return verdict
    case .hopeless, .damaged: break
    }
    switch ReplyLayout.length(bytes, at: start) {
    case .impossible: return verdict
    case .needs: return .open(isLikely: false)
    case .known(let count):
      if bytes.count - start < count { return .open(isLikely: false) }
      return isValid(start, count) ? .reply(count) : verdict
    }
  }

  private func requestVerdict(_ start: Int) -> Verdict {
    let available = bytes.count - start
    switch RequestLayout.length(bytes, at: start) {
    case .impossible: return .hopeless
    case .needs: return .open(isLikely: false)
    case .known(let count, let isConsistent):
      if available < count { return .open(isLikely: isConsistent) }
      return isValid(start, count) ? .request(count) : .damaged
    case .open(let shortest, let step):
      // In the middle of waste a function unknown here means nothing.
      if step == 1, border != start { return .hopeless }
      for count in stride(from: shortest, through: min(available, RTUFrame.longest), by: step)
      where isValid(start, count) {
        return .request(count)
      }
      return available < RTUFrame.longest ? .open(isLikely: false) : .damaged
    }
  }

  private func isValid(_ start: Int, _ count: Int) -> Bool {
    CRC16.of(bytes[start..<(start + count)]) == 0
  }
}
