extension Client {
  /// The deadline of the last frame has passed.
  mutating func expire(at now: Duration) {
    flushHunter()
    let hasCollided = lineEchoes == true && !current.heardEcho && current.heard > 0
    if hasCollided {
      statistics.count(current.unit) { $0.collisions += 1 }
      // Perhaps the adapter was changed: the next request tells.
      if case .detect = echo { lineEchoes = nil }
    } else if lineEchoes == nil, current.heard < current.outgoing.frame.count / 2 {
      // An echo comes whether or not the device answers.
      lineEchoes = false
    }
    if current.isBroadcast {
      finish(hasCollided ? .failed(.collision) : .broadcast, at: now)
      return
    }
    suspectUnit(after: current.deadline)
    if case .request = current.outgoing.purpose {
      finish(.failed(failure(hasCollided: hasCollided)), at: now)
    } else if nextProbe == nil {
      finish(unproved, at: now)
    } else {
      prepareAgain()
    }
  }

  private mutating func failure(hasCollided: Bool) -> ExchangeFailure {
    if hasCollided { return .collision }
    if let mismatch = current.mismatch { return .wrongShape(mismatch) }
    if current.sawDamage { return .damagedReply }
    statistics.count(current.unit) { $0.timeOuts += 1 }
    return .timedOut(received: current.heard)
  }

  /// What was sent last is unanswered: the unit owes a reply that may come until the late window
  /// after this time is over.
  mutating func suspectUnit(after deadline: Duration) {
    suspects[current.unit, default: Suspect()].owes(current.outgoing.request)
    quarantine(until: deadline + current.limits.effectiveLateWindow)
  }

  mutating func quarantine(until end: Duration) {
    quarantinedUntil = max(quarantinedUntil ?? end, end)
  }

  mutating func finish(_ outcome: Outcome, at now: Duration) {
    current.exchange.outcome = outcome
    current.exchange.finishedAt = now
    current.phase = .finished
    hunter.expectation = FrameHunter.Expectation()
    let time = current.exchange.responseTime
    statistics.count(current.unit) {
      switch outcome {
      case .response: $0.replies += 1
      case .exception: $0.exceptions += 1
      case .broadcast, .failed: return
      }
      if let time { $0.responseTimes.add(time) }
    }
  }
}
