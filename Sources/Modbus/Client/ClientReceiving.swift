extension Client {
  /// The input is taken in portions, so that any amount of it needs bounded memory.
  private static let portion = 1024

  mutating func listen(to bytes: [UInt8], at now: Duration) {
    current.heard += bytes.count
    var rest = bytes[...]
    while !rest.isEmpty {
      let portion = rest.prefix(Self.portion)
      rest = rest.dropFirst(Self.portion)
      if framing.timing == nil {
        listenToStream(portion, at: now)
      } else {
        listenToLine(portion, at: now)
      }
    }
  }

  private mutating func listenToLine(_ bytes: ArraySlice<UInt8>, at now: Duration) {
    hunter.receive(bytes, at: now)
    while let find = hunter.next() {
      switch find {
      case .frame(let range): judge(range, at: now)
      case .echo(let range): recordEcho(range)
      case .noise, .damaged: recordWaste(find)
      }
    }
    if case .finished = current.phase { flushHunter() }
  }

  /// Takes over what the hunter has not settled; there is nothing more to come that counts.
  mutating func flushHunter() {
    while let find = hunter.flush() { recordWaste(find) }
  }

  private mutating func recordWaste(_ find: FrameHunter.Find) {
    let range = find.range
    let time = hunter.time(of: range.lowerBound)
    current.wasted += range.count
    if case .damaged = find {
      current.sawDamage = true
      current.exchange.skippedBytes += range.count
      current.trace(.damaged, hunter.bytes[range], at: time)
    } else {
      current.traceNoise(hunter.bytes[range], at: time)
    }
    statistics.count(current.unit) {
      $0.skippedBytes += range.count
      if case .damaged = find { $0.crcErrors += 1 }
    }
  }

  private mutating func recordEcho(_ range: Range<Int>) {
    current.trace(.echo, hunter.bytes[range], at: hunter.time(of: range.lowerBound))
    current.heard -= range.count
    current.heardEcho = true
    hunter.expectation.echo = []
    if case .detect = echo { lineEchoes = true }
    statistics.count(current.unit) { $0.echoes += 1 }
  }

  /// Decides what a frame with a right CRC is.
  private mutating func judge(_ range: Range<Int>, at now: Duration) {
    let unit = UnitIdentifier(rawValue: hunter.bytes[range.lowerBound])
    let pdu = hunter.bytes[(range.lowerBound + 1)..<(range.upperBound - 2)]
    let seen = hunter.time(of: range.lowerBound)
    // A line that is known to echo has not repeated the request: what comes is no answer to it.
    let mayAnswer = lineEchoes != true || current.heardEcho
    let verdict = judge(
      pdu,
      of: unit,
      mayAnswer: mayAnswer,
      seen: seen,
      at: now
    )
    current.trace(verdict, hunter.bytes[range], at: seen)
  }

  private mutating func listenToStream(_ bytes: ArraySlice<UInt8>, at now: Duration) {
    guard !streamHasFailed else {
      current.traceNoise(bytes, at: now)
      statistics.count(current.unit) { $0.skippedBytes += bytes.count }
      return
    }
    stream.receive(bytes, at: now)
    while let find = stream.next() {
      let seen = stream.frameStartedAt
      switch find {
      case .frame(let range, let transaction):
        let unit = UnitIdentifier(rawValue: stream.bytes[range.lowerBound + 6])
        let pdu = stream.bytes[(range.lowerBound + TCPFrame.headerLength)..<range.upperBound]
        var verdict = TracedFrame.Kind.late
        if isWaiting, transaction == current.outgoing.transaction {
          verdict = judge(pdu, of: unit, mayAnswer: true, seen: seen, at: now)
        } else {
          _ = suspects[unit]?.settle(by: pdu)
          statistics.count(current.unit) { $0.lateReplies += 1 }
        }
        current.trace(verdict, stream.bytes[range], at: seen)
        stream.startNext()
      case .malformed(let range):
        streamHasFailed = true
        current.traceNoise(stream.bytes[range], at: seen)
        statistics.count(current.unit) { $0.skippedBytes += range.count }
        stream.clear()
        if isWaiting { suspectUnit(after: current.deadline) }
        if case .finished = current.phase { return }
        finish(.failed(.malformedStream), at: now)
        return
      }
    }
  }

  private var isWaiting: Bool {
    if case .waiting = current.phase { true } else { false }
  }

  /// Decides what a valid frame is, and ends the wait when it is the answer.
  private mutating func judge(
    _ pdu: ArraySlice<UInt8>,
    of unit: UnitIdentifier,
    mayAnswer: Bool,
    seen: Duration,
    at now: Duration
  ) -> TracedFrame.Kind {
    lastTraffic[unit] = now
    lastTrafficOfAny = now
    guard isWaiting, !current.isBroadcast, unit == current.unit else {
      return judgeForeign(pdu, of: unit)
    }
    guard mayAnswer else {
      statistics.count(unit) { $0.mismatches += 1 }
      return .mismatched
    }
    switch current.outgoing.purpose {
    case .request: return judgeReply(pdu, seen: seen, at: now)
    case .diagnosticProbe, .readProbe: return judgeProbeReply(pdu)
    }
  }

  private mutating func judgeForeign(
    _ pdu: ArraySlice<UInt8>,
    of unit: UnitIdentifier
  ) -> TracedFrame.Kind {
    let isLate = suspects[unit]?.settle(by: pdu) ?? false
    statistics.count(current.unit) {
      if isLate { $0.lateReplies += 1 } else { $0.strangers += 1 }
    }
    return isLate ? .late : .stranger
  }

  private mutating func judgeReply(
    _ pdu: ArraySlice<UInt8>,
    seen: Duration,
    at now: Duration
  ) -> TracedFrame.Kind {
    let outcome: Outcome
    if pdu.count == 2, pdu.first == current.exchange.request.functionCode.exceptionByte {
      outcome = .exception(ExceptionCode(rawValue: pdu.byte(1)))
    } else {
      do {
        outcome = .response(try Response(bytes: pdu, to: current.exchange.request))
      } catch {
        return judgeMisfit(pdu, error)
      }
    }
    learnSilentLine()
    current.exchange.firstByteAt = seen
    finish(
      now <= current.deadline
        ? outcome : .failed(.readTooLate(by: now - current.deadline)),
      at: now
    )
    return .reply
  }

  private mutating func judgeMisfit(
    _ pdu: ArraySlice<UInt8>,
    _ mismatch: ReplyMismatch
  ) -> TracedFrame.Kind {
    if suspects[current.unit]?.settle(by: pdu) ?? false {
      statistics.count(current.unit) { $0.lateReplies += 1 }
      return .late
    }
    if current.mismatch == nil { current.mismatch = mismatch }
    statistics.count(current.unit) { $0.mismatches += 1 }
    return .mismatched
  }

  /// A probe's answer counts only when nothing older can have caused it; see ``Suspect``.
  private mutating func judgeProbeReply(_ pdu: ArraySlice<UInt8>) -> TracedFrame.Kind {
    let probe = current.outgoing.request
    var suspect = suspects[current.unit] ?? Suspect()
    if suspect.settle(by: pdu) {
      suspects[current.unit] = suspect
      // An 88 belongs to the first of several 08. Every request before that one is settled then,
      // and further 88 can be mistaken for nothing but the answer to another 08.
      guard suspect.owesOnlyDiagnostics, case .diagnosticProbe = current.outgoing.purpose,
        pdu.first == FunctionCode.diagnostics.exceptionByte,
        current.exchange.request.functionCode != .diagnostics
      else {
        statistics.count(current.unit) { $0.lateReplies += 1 }
        return .late
      }
      suspect.owes(probe)
      suspect.needsProbe = false
      suspects[current.unit] = suspect
    } else if probe.canCause(pdu) {
      suspects[current.unit] = nil
    } else {
      statistics.count(current.unit) { $0.mismatches += 1 }
      return .mismatched
    }
    learnSilentLine()
    if case .readProbe = current.outgoing.purpose, current.triedDiagnosticProbe {
      silentOnDiagnostics.insert(current.unit)
    }
    prepareAgain()
    return .probeReply
  }

  /// Goes back to listening before the next frame.
  mutating func prepareAgain() {
    current.phase = .preparing
    current.polledAt = nil
    current.busyLimit = nil
    hunter.expectation = FrameHunter.Expectation()
  }

  /// Learns that the line does not echo, when too little was heard before the answer to
  /// hold one.
  private mutating func learnSilentLine() {
    guard lineEchoes == nil, !current.heardEcho else { return }
    if current.wasted < current.outgoing.frame.count / 2 { lineEchoes = false }
  }
}
