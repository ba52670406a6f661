public import Modbus
import Quantities

/// When a transaction may be sent again. Each attempt is an exchange of its own in the record.
public enum Retries: Hashable, Sendable {
  /// Never; the rule for writes, whose first copy may have been obeyed.
  case none
  /// A read, up to so many further times, where no valid reply came.
  case reads(Int)
}

/// A bus that could not be used; a fault of the bench, never of a meter.
public struct BusFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bus's name in the bench file.
  public var bus: String
  /// What the link said.
  public var failure: LinkFailure

  /// A fault of a bus.
  public init(bus: String, failure: LinkFailure) {
    self.bus = bus
    self.failure = failure
  }

  public var description: String { "bus '\(bus)': \(failure)" }
}

/// One line with several meters: takes one transaction at a time, in fair turns, and drives the
/// Modbus client over the line's link.
public actor Bus {
  /// The name in the bench file.
  public nonisolated let name: String

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    lane.asUnownedSerialExecutor()
  }

  private nonisolated let lane: any Lane
  private nonisolated let turns = Turnstile()
  private let link: any SerialLink
  private var client: Client
  private var failure: LinkFailure?
  private let onExchange: @Sendable (Exchange) -> Void

  /// A bus over a link.
  ///
  /// - Parameters:
  ///   - name: the name in the bench file.
  ///   - lane: where the bus lives; a lane that its link may block.
  ///   - link: the line; the bus is its only user.
  ///   - client: the protocol, set for the line's framing.
  ///   - onExchange: told of every transaction and attempt, in order.
  public init(
    name: String,
    lane: any Lane,
    link: sending any SerialLink,
    client: Client,
    onExchange: @escaping @Sendable (Exchange) -> Void = { _ in }
  ) {
    self.name = name
    self.lane = lane
    self.link = link
    self.client = client
    self.onExchange = onExchange
  }

  /// Frames, times and faults of the bus so far.
  public var statistics: BusStatistics { client.statistics }

  /// Asks one unit and waits for the end of the transaction: a reply, an exception, or a named
  /// failure.
  ///
  /// - Returns: the last attempt that was sent.
  /// - Throws: `BusFault` where the line itself failed or the task was cancelled; `RequestError`
  ///   where the request breaks a limit of the protocol.
  public func exchange(
    _ request: Request,
    with unit: UnitIdentifier,
    limits: DeviceLimits,
    retries: Retries = .none
  ) async throws -> Exchange {
    do {
      try await turns.enter(unit, on: lane)
    } catch {
      throw BusFault(bus: name, failure: .cancelled)
    }
    defer { turns.leave() }
    assertIsolated()
    var attempts = 1
    if case .reads(let more) = retries, !request.isWrite { attempts += max(0, more) }
    var first: Exchange?
    while true {
      let exchange = try await transact(request, with: unit, limits: limits)
      attempts -= 1
      guard case .failed(let failure) = exchange.outcome else { return exchange }
      first = first ?? exchange
      // A unit that stays silent is not sent a request again; the cause is the first silence.
      if attempts <= 0 { return failure == .notResynchronised ? first ?? exchange : exchange }
    }
  }

  /// Brings a line back that was lost, where its link can; for moments between steps, in which
  /// nobody uses the bus.
  ///
  /// - Parameter waiting: waits for the adapter as long as the bench file allows, else looks once.
  /// - Returns: what is to be known of the line that came back; nil where it was not lost, or where
  ///   it cannot come back.
  /// - Throws: `BusFault` where the adapter did not come back in its time.
  public func restore(waiting: Bool) async throws(BusFault) -> String? {
    assertIsolated()
    guard let link = link as? any PluggableLink, link.mayComeBack, failure != nil || link.isLost
    else { return nil }
    do throws(LinkFailure) {
      let remark = try await link.reopen(waiting: waiting)
      failure = nil
      client.linkReopened(at: lane.now.sinceOrigin)
      return remark
    } catch {
      if error != .cancelled { failure = error }
      throw BusFault(bus: name, failure: error)
    }
  }

  /// A unit was without supply: what it did not answer before is not owed any more.
  public func unitRestarted(_ unit: UnitIdentifier) {
    assertIsolated()
    client.unitRestarted(unit)
  }

  /// Sets the line; for whoever has the bus for itself.
  ///
  /// - Returns: what the line is set to really.
  /// - Throws: `BusFault` where it cannot be set so, or has no such settings.
  @discardableResult
  public func adjust(to line: LineSettings) async throws(BusFault) -> LineSettings {
    do { try await turns.enter(.broadcast, on: lane) } catch {
      throw BusFault(bus: name, failure: .cancelled)
    }
    defer { turns.leave() }
    assertIsolated()
    guard let link = link as? any AdjustableLink else {
      throw BusFault(bus: name, failure: .system("the line behind it cannot be set from here"))
    }
    let applied: LineSettings
    do throws(LinkFailure) { applied = try await link.adjust(to: line) } catch {
      throw BusFault(bus: name, failure: error)
    }
    client.lineChanged(to: LineTiming(line), at: lane.now.sinceOrigin)
    return applied
  }

  private func transact(
    _ request: Request,
    with unit: UnitIdentifier,
    limits: DeviceLimits
  ) async throws -> Exchange {
    if let failure { throw BusFault(bus: name, failure: failure) }
    try client.begin(request, unit: unit, limits: limits, at: lane.now.sinceOrigin)
    while true {
      do throws(LinkFailure) {
        switch client.next(at: lane.now.sinceOrigin) {
        case .send(let bytes):
          try await link.write(bytes)
          client.sent(at: lane.now.sinceOrigin)
        case .listen(let deadline):
          let bytes = try await link.read(until: Instant(sinceOrigin: deadline))
          client.received(bytes, at: lane.now.sinceOrigin)
        case .done(let exchange):
          onExchange(exchange)
          return exchange
        }
      } catch {
        let reason: AbandonReason = error == .cancelled ? .cancelled : .disconnected
        onExchange(client.abandon(at: lane.now.sinceOrigin, reason: reason))
        if error != .cancelled { failure = error }
        throw BusFault(bus: name, failure: error)
      }
    }
  }
}
