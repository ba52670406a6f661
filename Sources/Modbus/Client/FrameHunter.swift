/// Finds serial frames in a byte stream, trying every offset.
///
/// A frame is what has a plausible length and a right CRC, wherever it starts; all other bytes are
/// noise. Every offset is judged once for each length it asks for, and a frame has at most 256
/// bytes, so that any amount of babble costs bounded memory and linear time.
struct FrameHunter: Sendable {
  /// What the hunter should know about the traffic it listens to.
  struct Expectation: Sendable {
    /// The unit whose damaged reply is worth a note.
    var unit: UInt8 = 0
    /// The function of the expected reply.
    var function: UInt8 = 0
    /// The length of the expected frame; 0 when nothing is expected or only the device knows it.
    var length = 0
    /// What was sent, when the line may repeat it and has not done so yet.
    var echo: [UInt8] = []
  }

  /// A frame, or the end of noise.
  enum Find: Equatable {
    case frame(Range<Int>)
    case echo(Range<Int>)
    case noise(Range<Int>)
    case damaged(Range<Int>)
  }

  private struct Candidate {
    var start: Int
    var need: Int
  }

  private enum Verdict {
    case hopeless
    case incomplete(Int)
    case frame(Int)
    case echo(Int)
  }

  private(set) var bytes: [UInt8] = []
  var expectation = Expectation()
  private var pieces: [(start: Int, at: Duration)] = []
  /// Bytes before this index have been given out.
  private var settled = 0
  /// Offsets before this index have been judged at least once.
  private var judged = 0
  private var candidates: [Candidate] = []
  private var damaged: Range<Int>?
  private var pending: Find?

  /// Appends bytes that were seen at a time.
  mutating func receive(_ new: ArraySlice<UInt8>, at now: Duration) {
    if settled == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      pieces.removeAll(keepingCapacity: true)
      settled = 0
      judged = 0
    } else if settled > RTUFrame.longest {
      compact()
    }
    pieces.append((bytes.count, now))
    bytes += new
  }

  /// When the byte at an index was seen.
  func time(of index: Int) -> Duration {
    (pieces.last { $0.start <= index } ?? pieces.first)?.at ?? .zero
  }

  /// The next thing found, in the order of the stream; nil when more bytes are needed.
  mutating func next() -> Find? {
    if let find = pending {
      // The noise in front of this frame comes first.
      if let noise = noise(before: find.range.lowerBound) { return noise }
      pending = nil
      settled = find.range.upperBound
      judged = max(judged, settled)
      candidates.removeAll { $0.start < find.range.upperBound }
      return find
    }
    if let find = search() {
      if let damaged, damaged.overlaps(find.range) { self.damaged = nil }
      pending = find
      return next()
    }
    return noise(before: min(candidates.first?.start ?? judged, judged))
  }

  /// Gives everything out that is left, as noise.
  mutating func flush() -> Find? {
    candidates.removeAll(keepingCapacity: true)
    pending = nil
    judged = bytes.count
    return noise(before: bytes.count)
  }

  /// Forgets everything.
  mutating func clear() {
    while flush() != nil {}
  }

  private mutating func search() -> Find? {
    var index = 0
    while index < candidates.count {
      let candidate = candidates[index]
      if bytes.count < candidate.start + candidate.need {
        index += 1
        continue
      }
      switch judge(candidate.start) {
      case .hopeless: candidates.remove(at: index)
      case .incomplete(let need):
        candidates[index].need = need
        index += 1
      case .frame(let length): return .frame(candidate.start..<(candidate.start + length))
      case .echo(let length): return .echo(candidate.start..<(candidate.start + length))
      }
    }
    while judged + 2 <= bytes.count {
      let start = judged
      judged += 1
      switch judge(start) {
      case .hopeless: break
      case .incomplete(let need): candidates.append(Candidate(start: start, need: need))
      case .frame(let length): return .frame(start..<(start + length))
      case .echo(let length): return .echo(start..<(start + length))
      }
    }
    return nil
  }

  private mutating func judge(_ start: Int) -> Verdict {
    let available = bytes.count - start
    if let verdict = judgeEcho(start, available) { return verdict }
    let isExpected = bytes[start] == expectation.unit
    var length = ReplyLayout.length(bytes, at: start)
    // The reply to 08/00 is as long as its request, which the reply itself does not tell.
    if isExpected, bytes[start + 1] == FunctionCode.diagnostics.rawValue,
      expectation.function == bytes[start + 1], expectation.length > 0
    {
      length = .known(expectation.length)
    }
    switch length {
    case .impossible: return .hopeless
    case .needs(let need): return .incomplete(need)
    case .known(let count):
      if available < count { return .incomplete(count) }
      if CRC16.of(bytes[start..<(start + count)]) == 0 { return .frame(count) }
      if isExpected, damaged == nil, looksExpected(start, count) {
        damaged = start..<(start + count)
      }
      return .hopeless
    }
  }

  /// As long as the bytes agree with what was sent, no reply may be seen in them.
  private func judgeEcho(_ start: Int, _ available: Int) -> Verdict? {
    let echo = expectation.echo
    guard !echo.isEmpty, bytes[start] == echo[0] else { return nil }
    for offset in 1..<min(echo.count, available) where bytes[start + offset] != echo[offset] {
      return nil
    }
    return available < echo.count ? .incomplete(available + 1) : .echo(echo.count)
  }

  private func looksExpected(_ start: Int, _ count: Int) -> Bool {
    let function = bytes[start + 1]
    if function == expectation.function | 0x80 { return true }
    return function == expectation.function
      && (expectation.length == 0 || expectation.length == count)
  }

  /// The next piece of noise or damage before an index. A damaged reply is given out whole, once
  /// everything up to its end is known to hold no frame.
  private mutating func noise(before end: Int) -> Find? {
    guard settled < end else { return nil }
    let start = settled
    guard let damaged, damaged.lowerBound >= start, damaged.lowerBound < end else {
      self.damaged = damaged.flatMap { $0.lowerBound >= end ? $0 : nil }
      settled = end
      return .noise(start..<end)
    }
    if damaged.lowerBound > start {
      settled = damaged.lowerBound
      return .noise(start..<damaged.lowerBound)
    }
    guard damaged.upperBound <= end else { return nil }
    self.damaged = nil
    settled = damaged.upperBound
    return .damaged(damaged)
  }

  private mutating func compact() {
    let gone = settled
    bytes.removeFirst(gone)
    let first = pieces.lastIndex { $0.start <= gone } ?? 0
    pieces.removeFirst(first)
    for index in pieces.indices { pieces[index].start = max(0, pieces[index].start - gone) }
    for index in candidates.indices { candidates[index].start -= gone }
    damaged = damaged.map { ($0.lowerBound - gone)..<($0.upperBound - gone) }
    judged -= gone
    settled = 0
  }
}

extension FrameHunter.Find {
  var range: Range<Int> {
    switch self {
    case .frame(let range), .echo(let range), .noise(let range), .damaged(let range): range
    }
  }
}
