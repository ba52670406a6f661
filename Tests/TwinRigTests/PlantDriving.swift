import Benches
import Modbus
import Pulses
import Quantities
import Rig

@testable import TwinRig

extension Instant {
  static func at(_ seconds: Double) -> Instant {
    Instant(sinceOrigin: .seconds(rounding: seconds))
  }
}

extension TwinPlant {
  /// A plant with everything on from the start.
  static func energised(_ bench: Bench, load: Bool = true) throws -> TwinPlant {
    var plant = try TwinPlant(bench: bench, profiles: Fixture.profiles)
    for position in bench.positions where position.supply != nil {
      try plant.set(.supply(position: position.name), on: true, at: .zero)
    }
    if load { try plant.set(.load("bank"), on: true, at: .zero) }
    return plant
  }

  /// The reply PDU to a request at a moment, or nil for silence or a broken frame.
  mutating func ask(
    _ request: Request,
    of unit: UInt8 = 1,
    at seconds: Double
  ) throws -> [UInt8]? {
    let unit = UnitIdentifier(rawValue: unit)
    let frame = RTUFrame.wrap(unit: unit, pdu: try request.pdu())
    let replies = receive(frame, onBus: "dut", at: .at(seconds))
    return replies.first.flatMap { RTUFrame.unwrap($0.bytes)?.pdu }
  }

  /// The float of an input register.
  mutating func float(_ address: UInt16, unit: UInt8 = 1, at seconds: Double) throws -> Float? {
    let request = Request.readInputRegisters(address: address, count: 2)
    return try ask(request, of: unit, at: seconds).flatMap(Self.float)
  }

  /// The float of a holding register.
  mutating func holding(_ address: UInt16, unit: UInt8 = 1, at seconds: Double) throws -> Float? {
    let request = Request.readHoldingRegisters(address: address, count: 2)
    return try ask(request, of: unit, at: seconds).flatMap(Self.float)
  }

  /// Writes a float; the reply PDU.
  mutating func write(
    _ value: Float,
    to address: UInt16,
    unit: UInt8 = 1,
    at seconds: Double
  ) throws -> [UInt8]? {
    let values = RegisterEncoding.registers(value, order: .highFirst)
    return try ask(.writeRegisters(address: address, values: values), of: unit, at: seconds)
  }

  private static func float(_ pdu: [UInt8]) -> Float? {
    guard pdu.count == 6 else { return nil }
    return Float(bitPattern: pdu[2...].reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// All that a line did until a moment.
  mutating func events(of line: LineName, until seconds: Double) -> [LineEvent] {
    advance(to: .at(seconds))
    var found: [LineEvent] = []
    takeLineEvents { name, events in if name == line { found += events } }
    return found
  }

  /// The edges of a line until a moment.
  mutating func edges(of line: LineName, until seconds: Double) -> [Edge] {
    events(of: line, until: seconds).compactMap {
      if case .edge(let edge) = $0 { edge } else { nil }
    }
  }
}

extension [Edge] {
  /// Pulses per second over the whole periods between the first and the last leading edge.
  var rate: Double {
    let leading = filter(\.isLeading)
    guard let first = leading.first, let last = leading.last, leading.count > 1 else { return 0 }
    return Double(leading.count - 1) / last.time.duration(since: first.time).inSeconds
  }

  /// The widths of pulses, in seconds.
  var widths: [Double] {
    zip(self, dropFirst()).filter { $0.isLeading && !$1.isLeading }.map {
      $1.time.duration(since: $0.time).inSeconds
    }
  }
}

let pulse1 = LineName.pulse(position: "A1", output: "pulse-1")
let pulse2 = LineName.pulse(position: "A1", output: "pulse-2")
