import Foundation
import Quantities
import Reports
import RunRecord
import Testing

/// The capture as tshark reads it, with no setting changed.
@Suite("Capture of the buses")
struct BusCaptureTests {
  static func bytes(_ fixture: Fixture) -> [UInt8] {
    var capture = BusCapture()
    return fixture.recorded.flatMap { capture.take($0) } + capture.finish()
  }

  /// Fields of every packet as tshark prints them.
  static func read(_ bytes: [UInt8], _ fields: [String]) throws -> [[String]] {
    try Tools.withDirectory { directory in
      let file = directory.appendingPathComponent("bus.pcapng")
      try Data(bytes).write(to: file)
      let (status, output) = try Tools.run(
        "WIRESHARK_CONFIG_DIR=\(directory.path)",
        ["tshark", "-n", "-r", file.path, "-T", "fields", "-E", "separator=|"]
          + fields.flatMap { ["-e", $0] },
        package: "tshark"
      )
      try #require(status == 0, "tshark refuses the file: \(output)")
      return output.split(separator: "\n").filter { !$0.hasPrefix("Running as user") }
        .map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    }
  }

  @Test("requests and replies are dissected as Modbus, with unit, function, exception and time")
  func dissected() throws {
    var fixture = Fixture()
    try fixture.exchange([
      .rtu("request", 1_000_000, [1, 3, 0xFC, 0, 0, 2]),
      .rtu("reply", 1_050_001, [1, 3, 4, 1, 0x40, 0xF6, 0x47]),
    ])
    // The fields of a request of two registers at address 0 would be those of a TCP header, too.
    try fixture.exchange(
      unit: 2,
      function: 4,
      outcome: "exception 02",
      [.rtu("request", 2_000_000, [2, 4, 0, 0, 0, 2]), .rtu("reply", 2_030_000, [2, 0x84, 2])]
    )
    try fixture.exchange(
      bus: "lab",
      unit: 3,
      function: 16,
      [
        .raw("request", 3_000_000, [0, 7, 0, 0, 0, 11, 3, 16, 0, 2, 0, 2, 4, 0, 0, 0x41, 0xA0]),
        .raw("reply", 3_010_000, [0, 7, 0, 0, 0, 6, 3, 16, 0, 2, 0, 2]),
      ]
    )
    let rows = try Self.read(
      Self.bytes(fixture),
      [
        "frame.interface_name", "frame.time_epoch", "_ws.col.Protocol", "mbrtu.unit_id",
        "mbtcp.unit_id", "modbus.func_code", "modbus.exception_code", "modbus.response_time",
        "frame.p2p_dir", "frame.comment",
      ]
    )
    // 2026-01-05T09:14:03.120Z
    #expect(
      rows
        == [
          "dut|1767604444.120000000|Modbus RTU|1||3|||0|request; outcome: response",
          "dut|1767604444.170001000|Modbus RTU|1||3||0.050001000|1|reply",
          "dut|1767604445.120000000|Modbus RTU|2||4|||0|request; outcome: exception 02",
          "dut|1767604445.150000000|Modbus RTU|2||4|2||1|reply",
          "lab|1767604446.120000000|Modbus/TCP||3|16|||0|request; outcome: response",
          "lab|1767604446.130000000|Modbus/TCP||3|16||0.010000000|1|reply",
        ].map { $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init) }
    )
  }

  @Test("what is no valid frame is no Modbus, and what no answer is used of is told by its comment")
  func kinds() throws {
    var fixture = Fixture()
    let request: [UInt8] = [1, 3, 0, 0, 0, 2]
    let reply: [UInt8] = [1, 3, 4, 0, 0, 0, 1]
    try fixture.exchange(
      outcome: "timed out",
      [
        .rtu("request", 1000, request), .rtu("echo", 2000, request), .rtu("late", 3000, reply),
        .rtu("mismatched", 4000, reply), .rtu("stranger", 5000, [9, 3, 4, 0, 0, 0, 1]),
        .rtu("probe", 6000, request), .rtu("probeReply", 7000, reply),
        .raw("noise", 8000, [0x12, 0x34]), .raw("damaged", 9000, reply + [0xDE, 0xAD]),
        // Wireshark takes no broadcasts.
        .rtu("request", 10_000, [0, 16, 0, 2, 0, 1, 2, 0, 1]),
      ]
    )
    let rows = try Self.read(
      Self.bytes(fixture),
      ["frame.comment", "modbus.func_code", "_ws.col.Protocol", "_ws.col.Info", "frame.p2p_dir"]
    )
    // A query says so in its information; the sender of a stranger is not known.
    let query = { (row: [String]) in row[3].contains("Query") }
    #expect(
      rows.map { $0[0] } == [
        "request; outcome: timed out", "echo", "late", "mismatched", "stranger", "probe",
        "probeReply", "noise", "damaged", "request; outcome: timed out",
      ]
    )
    #expect(rows.map { $0[1] } == ["3", "3", "3", "3", "3", "3", "3", "", "", ""])
    #expect(
      rows.map(query) == [true, true, false, false, false, true, false, false, false, false]
    )
    #expect(rows.map { $0[4] } == ["0", "1", "1", "1", "1", "0", "1", "1", "1", "0"])
    #expect(rows.suffix(3).map { $0[2] } == ["noise", "damaged", "request"])
  }

  @Test("a twin's capture says so, and hostile texts break nothing")
  func hostile() throws {
    var fixture = Fixture()
    fixture.rig = "twin"
    fixture.scenario = "]]>\u{1B}[31m\0 👩‍🔧"
    try fixture.exchange(
      bus: String(repeating: "µ ", count: 40_000),
      [
        .rtu("request", 1000, [1, 3, 0, 0, 0, 2]),
        .init(kind: "no such kind", microseconds: 2000, bytes: "0G"),
        .init(kind: "reply", microseconds: 3000, bytes: "0"),
        .raw("reply", 4000, Array(repeating: 7, count: 70_000)), .raw("reply", 5000, []),
      ]
    )
    let rows = try Self.read(Self.bytes(fixture), ["modbus.func_code", "frame.comment"])
    #expect(rows.map { $0[0] } == ["3", "", "", "", ""])
    #expect(rows[1][1] == "no such kind: the record's bytes are not hexadecimal")
    let text = String(decoding: Self.bytes(fixture), as: UTF8.self)
    #expect(text.contains("The rig is a twin: it is simulated."))
  }

  @Test("a record without frames makes a file without packets")
  func empty() throws {
    var capture = BusCapture()
    #expect(try Self.read(capture.finish(), ["frame.number"]).isEmpty)
    #expect(try Self.read(Self.bytes(.passed), ["frame.number"]).isEmpty)
  }
}
