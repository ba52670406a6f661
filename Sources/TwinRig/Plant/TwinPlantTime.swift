import Benches
public import Quantities
public import Rig

/// How the plant goes from moment to moment.
extension TwinPlant {
  /// When something happens next if nobody intervenes: an edge, a fault, a meter that is ready.
  public var nextEvent: Instant? {
    // By index: to go through the lines themselves would copy each of them.
    var earliest = nextChange
    for index in lines.indices {
      let next = lines[index].events.first?.time ?? lines[index].generator.nextEvent
      earliest = Self.earlier(earliest, next)
    }
    return earliest
  }

  /// The next moment at which powers or meters change by themselves.
  private var nextChange: Instant? {
    var earliest = agendaIndex < agenda.count ? agenda[agendaIndex] : nil
    for index in meters.indices { earliest = Self.earlier(earliest, meters[index].readyAt) }
    return earliest
  }

  private static func earlier(_ a: Instant?, _ b: Instant?) -> Instant? {
    guard let a, let b else { return a ?? b }
    return min(a, b)
  }

  /// Brings everything to a moment.
  public mutating func advance(to time: Instant) {
    while let change = nextChange, change <= time {
      advanceLines(to: change)
      now = max(now, change)
      applyDue(at: change)
    }
    advanceLines(to: time)
    now = max(now, time)
  }

  mutating func advanceLines(to time: Instant) {
    for index in lines.indices {
      lines[index].advance(to: time)
    }
  }

  private mutating func applyDue(at time: Instant) {
    while agendaIndex < agenda.count, agenda[agendaIndex] <= time { agendaIndex += 1 }
    for index in meters.indices {
      if let ready = meters[index].readyAt, ready <= time { meters[index].becomeReady(at: time) }
    }
    for fault in faults.all(.suspend) where fault.begins == time {
      let duration = fault.duration(else: .zero)
      for index in meters.indices { meters[index].skip(duration, at: time) }
      for index in lines.indices { lines[index].generator.skip(duration, at: time) }
    }
    applySupplies()
    applyMains()
    noteReadBacks()
  }

  /// What happened on the pulse lines since the last call, line by line, each in order.
  public mutating func takeLineEvents(_ body: (LineName, [LineEvent]) -> Void) {
    for index in lines.indices where !lines[index].events.isEmpty {
      body(lines[index].name, lines[index].events)
      lines[index].events.removeAll(keepingCapacity: true)
    }
  }

  /// The pulse lines, in the order of the bench, the reference's last.
  public var lineNames: [LineName] { lines.map(\.name) }
}
