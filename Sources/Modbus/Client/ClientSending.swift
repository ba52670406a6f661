extension Client {
  /// Waits until the line and the device may be addressed, then chooses what to send. Returns nil
  /// when the transaction has ended.
  mutating func prepare(at now: Duration) -> Step? {
    if streamHasFailed {
      finish(.failed(.malformedStream), at: now)
      return nil
    }
    let ready = readyTime()
    let busyLimit = current.busyLimit ?? max(now, ready) + current.limits.responseLimit
    current.busyLimit = busyLimit
    // The line is always listened to once, so that what waits in the input is never taken for an
    // answer to what is sent next.
    guard let polledAt = current.polledAt, polledAt >= ready else {
      if now >= busyLimit, current.polledAt != nil {
        flushHunter()
        finish(.failed(.lineBusy), at: now)
        return nil
      }
      return .listen(until: max(now, min(ready, busyLimit)))
    }
    // After this silence the rest of a frame can no longer come.
    flushHunter()
    guard let outgoing = chooseOutgoing(at: now) else { return nil }
    current.phase = .sending
    current.outgoing = outgoing
    return .send(outgoing.frame)
  }

  /// The earliest time for the next frame.
  private func readyTime() -> Duration {
    var ready = current.exchange.started
    if let lastByteAt { ready = max(ready, lastByteAt + silence) }
    if let quarantinedUntil { ready = max(ready, quarantinedUntil) }
    let pause = current.limits.minimumPause
    let traffic = current.isBroadcast ? lastTrafficOfAny : lastTraffic[current.unit]
    if let traffic { ready = max(ready, traffic + pause) }
    if let lastBroadcast { ready = max(ready, lastBroadcast + pause) }
    return ready
  }

  /// The request itself, or a probe when something must be proved first. Nil when no probe is left;
  /// the transaction has ended then.
  private mutating func chooseOutgoing(at now: Duration) -> Transaction.Outgoing? {
    if current.isBroadcast { return current.own }
    let request = current.exchange.request
    let suspect = suspects[current.unit]
    let isSuspect = suspect?.mustBeProbed(before: request) ?? false
    let needsEcho = lineEchoes == nil && request.isRepeatedByItsReply
    guard isSuspect || needsEcho else { return current.own }

    if let purpose = nextProbe, let probe = probe(purpose, suspect) { return probe }
    finish(unproved, at: now)
    return nil
  }

  /// The probe to try next; each kind is tried once.
  var nextProbe: Transaction.Purpose? {
    // As long as the echo is unknown, the echo of 08 would look like its answer.
    if lineEchoes != nil, current.limits.probe == .diagnosticEcho,
      !current.triedDiagnosticProbe, !silentOnDiagnostics.contains(current.unit)
    {
      return .diagnosticProbe
    }
    return current.triedReadProbe ? nil : .readProbe
  }

  /// What to report when no probe is left.
  var unproved: Outcome {
    let needsEcho = lineEchoes == nil && current.exchange.request.isRepeatedByItsReply
    return .failed(needsEcho ? .echoUndetermined : .notResynchronised)
  }

  private mutating func probe(
    _ purpose: Transaction.Purpose,
    _ suspect: Suspect?
  ) -> Transaction.Outgoing? {
    if purpose == .diagnosticProbe {
      current.triedDiagnosticProbe = true
      return outgoing(purpose, .diagnostics(subfunction: 0, data: [freshNonce()]))
    }
    current.triedReadProbe = true
    let read = (suspect ?? Suspect()).distinctRead(like: readToProbeWith(suspect))
    return outgoing(purpose, read)
  }

  private mutating func outgoing(
    _ purpose: Transaction.Purpose,
    _ request: Request
  ) -> Transaction.Outgoing? {
    guard let frame = try? encode(request, unit: current.unit) else { return nil }
    return Transaction.Outgoing(
      purpose: purpose,
      request: request,
      frame: frame,
      transaction: lastTransaction
    )
  }

  /// The configured read, or the place of a read that was not answered, or holding register 0: its
  /// refusal is an answer too.
  private func readToProbeWith(_ suspect: Suspect?) -> Request {
    if case .read(let request) = current.limits.probe { return request }
    return suspect?.outstanding.last { $0.isPlainRead }
      ?? .readHoldingRegisters(address: 0, count: 1)
  }

  /// A number that no unanswered 08 carries. The sequence is a linear congruential one of full
  /// period, so that it repeats after 65536 probes only.
  private mutating func freshNonce() -> UInt16 {
    let owed = suspects[current.unit]?.outstanding ?? []
    repeat {
      lastNonce = lastNonce &* 25173 &+ 13849
    } while owed.contains(.diagnostics(subfunction: 0, data: [lastNonce]))
    return lastNonce
  }

  /// Starts the deadline of the frame that was just handed over.
  mutating func recordSent(at now: Duration) {
    let outgoing = current.outgoing
    let transmitted = now + transferTime(outgoing.frame.count)
    current.phase = .waiting
    current.transmittedAt = transmitted
    current.heard = 0
    current.heardEcho = false
    current.wasted = 0
    current.deadline =
      current.isBroadcast
      ? transmitted + current.limits.broadcastTurnaround
      : transmitted + current.limits.responseLimit
        + transferTime(outgoing.request.replyLength + 3)
    lastByteAt = max(lastByteAt ?? transmitted, transmitted)
    lastTraffic[current.unit] = transmitted
    lastTrafficOfAny = transmitted
    if framing.timing != nil { hunter.expectation = expectation() }
    if case .request = outgoing.purpose {
      current.exchange.sentAt = now
      current.exchange.transmittedAt = transmitted
      current.trace(.request, outgoing.frame, at: now)
    } else {
      current.trace(.probe, outgoing.frame, at: now)
    }
    let isProbe = outgoing.purpose != .request
    let isBroadcast = current.isBroadcast
    if isBroadcast { lastBroadcast = transmitted }
    statistics.count(current.unit) {
      $0.framesSent += 1
      if isProbe { $0.probes += 1 }
      if isBroadcast { $0.broadcasts += 1 }
    }
  }

  private func transferTime(_ bytes: Int) -> Duration {
    framing.timing?.transferTime(bytes: bytes) ?? .zero
  }

  private func expectation() -> FrameHunter.Expectation {
    let request = current.outgoing.request
    let isKnown: Bool =
      switch request {
      case .reportServerID, .readDeviceIdentification: false
      default: true
      }
    // A line believed to be silent is still watched where an echo cannot be a reply, so that a
    // setting changed on the adapter is noticed before a write is misread.
    let mayHearEcho = lineEchoes != false || echo == .detect && !request.isRepeatedByItsReply
    return FrameHunter.Expectation(
      unit: current.unit.rawValue,
      function: request.functionCode.rawValue,
      length: isKnown ? request.replyLength + 3 : 0,
      echo: mayHearEcho ? current.outgoing.frame : []
    )
  }
}
