/// Cuts a Modbus TCP stream into frames. There is no CRC, so a malformed header cannot be skipped:
/// the stream has failed then.
struct TCPReplyStream: Sendable {
  enum Find: Equatable {
    case frame(Range<Int>, transaction: UInt16)
    /// The header at the start of the range is malformed.
    case malformed(Range<Int>)
  }

  private(set) var bytes: [UInt8] = []
  private var settled = 0
  /// When the first byte of the frame under way was seen.
  private(set) var frameStartedAt: Duration = .zero
  private var lastPieceAt: Duration = .zero

  mutating func receive(_ new: ArraySlice<UInt8>, at now: Duration) {
    if settled == bytes.count {
      clear()
      frameStartedAt = now
    } else if settled > 0 {
      bytes.removeFirst(settled)
      settled = 0
    }
    lastPieceAt = now
    bytes += new
  }

  mutating func next() -> Find? {
    switch TCPFrame.header(of: bytes[settled...]) {
    case .incomplete: return nil
    case .malformed: return .malformed(settled..<bytes.count)
    case .frame(let transaction, let length):
      guard settled + length <= bytes.count else { return nil }
      let range = settled..<(settled + length)
      settled += length
      return .frame(range, transaction: transaction)
    }
  }

  /// To be called after a frame was used: the next one starts in the piece received last.
  mutating func startNext() { frameStartedAt = lastPieceAt }

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    settled = 0
  }
}
