import Benches
public import Modbus
public import Quantities

/// The plant's side of the buses.
extension TwinPlant {
  /// Takes bytes whose last one arrives at `time`, and returns all that comes back, in order.
  ///
  /// Requests may come whole or in pieces. Nothing is returned for what no meter answers: wrong
  /// check sums, broadcasts (which the family's meters do not obey), units that are not there.
  public mutating func receive(
    _ bytes: [UInt8],
    onBus name: String,
    at time: Instant
  ) -> [TwinReply] {
    advance(to: time)
    guard let bus = busIndex(name), !buses[bus].pulled(at: now) else { return [] }
    var replies = buses[bus].echo(of: bytes, at: now)
    let requests = buses[bus].requests(in: bytes, at: now)
    if buses[bus].isDead(at: now) { return replies }
    for request in requests where request.unit != .broadcast {
      var answers: [TwinBus.Answer] = []
      for index in buses[bus].meters
      where meters[index].answers(
        request.unit,
        on: buses[bus].wiring.line,
        hasParity: buses[bus].hasParity,
        isSerial: buses[bus].isSerial,
        at: now
      ) && meters[index].hears(at: now) {
        let revision = meters[index].revision
        let pdu = Server.respond(to: request.pdu, model: &meters[index], at: now.sinceOrigin)
        answers.append(
          TwinBus.Answer(
            pdu: pdu,
            delay: meters[index].properties.responseTime,
            position: meters[index].properties.position
          )
        )
        meters[index].answered(
          at: now + meters[index].properties.responseTime
            + buses[bus].transferTime(bytes: pdu.count + 3)
        )
        applySettings(of: index, since: revision)
      }
      replies += buses[bus].replies(answers, to: request, at: now)
    }
    return replies
  }

  /// Sets the line on the client's side; meters that are set otherwise no longer understand it.
  public mutating func adjust(bus name: String, to line: LineSettings) {
    busIndex(name).map { buses[$0].adjust(to: line) }
  }

  /// The line that the meters on a bus are set to; nil where none has supply, or they differ.
  public func meterLine(onBus name: String) -> LineSettings? {
    guard let index = busIndex(name) else { return nil }
    let lines = buses[index].meters.filter { meters[$0].isRunning }
      .map { meters[$0].settings.line(over: buses[index].wiring.line) }
    guard let first = lines.first, lines.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// Sets the rate on the client's side of a line that carries no parity; meters hear whatever parity they
  /// are set to.
  public mutating func adjust(bus name: String, toBaud baud: Int) {
    guard let index = busIndex(name),
      buses[index].wiring.line.baud != baud || buses[index].hasParity
    else { return }
    var line = buses[index].wiring.line
    line.baud = baud
    buses[index].adjust(to: line, hasParity: false)
  }

  /// How long so many bytes are on the way on a bus.
  public func transferTime(bytes: Int, onBus name: String) -> Duration {
    busIndex(name).map { buses[$0].transferTime(bytes: bytes) } ?? .zero
  }

  /// Whether the bus's adapter is gone.
  public func isPulled(bus name: String, at time: Instant) -> Bool {
    busIndex(name).map { buses[$0].pulled(at: time) } ?? true
  }

  /// The next moment at which the bus's adapter is pulled.
  public func nextPull(ofBus name: String, after time: Instant) -> Instant? {
    busIndex(name).flatMap { buses[$0].nextPull(after: time) }
  }

  private func busIndex(_ name: String) -> Int? { buses.firstIndex { $0.wiring.name == name } }
}
