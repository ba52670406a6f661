import FoundationEssentials
import Modbus
import RunRecord
import Testing

/// Frames and edges in records made by hand, as the record writes them.
extension Fixture {
  /// A frame of an exchange at so many microseconds of the run's clock, which begins at 5 s.
  struct Frame {
    var kind: String
    var microseconds: Int64
    var bytes: String

    /// A frame of the line, with its CRC.
    static func rtu(_ kind: String, _ microseconds: Int64, _ bytes: [UInt8]) -> Frame {
      let crc = CRC16.of(bytes)
      return raw(kind, microseconds, bytes + [UInt8(crc & 255), UInt8(crc >> 8)])
    }

    /// Bytes as they are.
    static func raw(_ kind: String, _ microseconds: Int64, _ bytes: [UInt8]) -> Frame {
      let digits = Array("0123456789ABCDEF".utf8)
      let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
      return Frame(
        kind: kind,
        microseconds: microseconds,
        bytes: String(decoding: text, as: UTF8.self)
      )
    }
  }

  mutating func exchange(
    bus: String = "dut",
    unit: UInt8 = 1,
    function: UInt8 = 3,
    outcome: String = "response",
    _ frames: [Frame]
  ) throws {
    let times = frames.map { 5_000_000_000 + $0.microseconds * 1000 }
    let traced = try zip(frames, times).map { frame, time in
      let (bytes, kind) = (try Self.json(frame.bytes), try Self.json(frame.kind))
      return "{\"at\":\(time),\"bytes\":\(bytes),\"kind\":\(kind)}"
    }
    let line = """
      {"#":0,"at":0,"bus":\(try Self.json(bus)),"event":"exchanged","finished":\(times.max() ?? 0),
       "frames":[\(traced.joined(separator: ","))],"function":\(function),"outcome":\(try Self.json(outcome)),
       "skippedBytes":0,"started":\(times.min() ?? 0),"unit":\(unit)}
      """
    let at = (frames.map(\.microseconds).max() ?? 0) / 1000
    add(at, try RecordedEvent(line: Data(line.utf8)).event)
  }

  /// Edges at so many nanoseconds behind the record's first event.
  mutating func edges(
    _ line: String,
    startsActive: Bool = true,
    repeated: [Int] = [],
    _ offsets: [Int64]
  ) throws {
    let text = """
      {"#":0,"at":0,"event":"edges","firstIsLeading":\(startsActive),"line":\(try Self.json(line)),
       "repeated":\(repeated),"times":\(offsets.map { 5_000_000_000 + $0 })}
      """
    add(60_000, try RecordedEvent(line: Data(text.utf8)).event)
  }

  private static func json(_ text: String) throws -> String {
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }
}
