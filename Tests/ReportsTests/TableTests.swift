import Foundation
import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

/// The tables as Python's csv module reads them.
@Suite("Tables")
struct TableTests {
  /// The rows by the names of their columns.
  static func read(_ documents: [String]) throws -> [[[String: String]]] {
    try Tools.withDirectory { directory in
      let script = """
        import csv, json, sys
        csv.field_size_limit(10**8)
        def rows(name):
          with open(name, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True, restkey="too-many"))
        sys.stdout.write(json.dumps([rows(name) for name in sys.argv[1:]]))
        """
      let file = directory.appendingPathComponent("read.py")
      try Data(script.utf8).write(to: file)
      var arguments = [file.path]
      for (index, document) in documents.enumerated() {
        let url = directory.appendingPathComponent("\(index).csv")
        try Data(document.utf8).write(to: url)
        arguments.append(url.path)
      }
      let (status, output) = try Tools.run("python3", arguments, package: "python3")
      try #require(status == 0, "Python refuses a table: \(output.suffix(2000))")
      return try JSONDecoder().decode([[[String: String]]].self, from: Data(output.utf8))
    }
  }

  @Test("every rule of every position has a row with all its numbers, every remark one too")
  func findings() throws {
    let run = JUnitReportTests.mixed.judged
    let rows = try #require(try Self.read([FindingsTable.document(run)]).first)
    let findings = run.positions.flatMap { $0.steps.flatMap(\.findings) }
    let rules = rows.filter { $0["kind"] == "rule" }
    #expect(rules.map { $0["verdict"] } == findings.map(\.verdict.rawValue))
    #expect(rules.map { $0["rule"] } == findings.map(\.rule.id))
    for (row, finding) in zip(rules, findings) {
      #expect(row["value"].flatMap { Double($0) } == finding.measurement?.number)
      #expect(row["lower"].flatMap { Double($0) } == finding.lower)
      #expect(row["upper"].flatMap { Double($0) } == finding.upper)
      #expect(row["margin"].flatMap { Double($0) } == finding.margin)
      #expect(row["line"] == "\(finding.rule.origin.line)")
    }
    let remarks =
      run.remarks.count
      + run.positions.reduce(0) {
        $0 + $1.remarks.count + $1.steps.reduce(0) { $0 + $1.remarks.count }
      }
    #expect(remarks > 3 && rows.count { $0["kind"] == "remark" } == remarks)
    #expect(rows.allSatisfy { $0["rig"] == "twin" && $0["run-verdict"] == run.verdict.rawValue })
    #expect(rows.contains { $0["position"] == "A4" && $0["verdict"] == "not-applicable" })
    #expect(rows.allSatisfy { Set($0.keys) == Set(FindingsTable.columns) })
  }

  @Test("every row of a position names its meter, by what it told or else by what was expected")
  func meters() throws {
    var fixture = Fixture()
    fixture.positions = [Fixture.position("A1"), Fixture.position("A2")]
    fixture.positions[1].expected = ExpectedUnit(
      label: "21034568",
      serialNumber: SerialNumber("21034568")
    )
    fixture.run(
      "identify",
      1000...1412,
      [("serial-number", "21034567"), ("firmware", "1.07")].map {
        Measurement(id: $0, value: .text($1), from: .zero)
      }
    )
    fixture.run("identify", on: "A2", 1000...1412, observed: [(.noCommunication, "no reply")])
    fixture.add(2000, .observed(Observation(kind: .bench, part: "bus dut", text: "gone")))
    let tables = [
      FindingsTable.document(fixture.judged), MeasurementsTable.document(fixture.judged),
    ]
    let rows = try Self.read(tables)
    #expect(rows.map(\.isEmpty) == [false, false])
    for row in rows.joined() {
      let meter = [row["serial-number"], row["firmware"]]
      switch row["position"] {
      case "A1": #expect(meter == ["21034567", "1.07"])
      case "A2": #expect(meter == ["21034568", ""])
      default: #expect(meter == ["", ""] && row["part"] == "bus dut")
      }
    }
    for columns in [FindingsTable.columns, MeasurementsTable.columns] {
      #expect(columns.suffix(2) == ["serial-number", "firmware"])
    }
  }

  @Test("the worst verdict of the rows is that of the run, so that no table looks better than it")
  func neverBetter() throws {
    var lost = Fixture()
    lost.startsWell = false
    lost.events = []
    var empty = Fixture()
    empty.positions = []
    var interrupted = Fixture.passed
    interrupted.end = RunEnd(how: .interrupted, text: "SIGINT", outputsSafe: true)
    var torn = Fixture.passed
    torn.end = nil
    let runs = [lost, empty, interrupted, torn, .passed, JUnitReportTests.mixed].map(\.judged)
    for (run, rows) in zip(runs, try Self.read(runs.map { FindingsTable.document($0) })) {
      let verdicts = rows.compactMap { $0["verdict"].flatMap { Verdict(rawValue: $0) } }
      #expect(verdicts.count == rows.count && verdicts.max() == run.verdict)
    }
  }

  @Test("every measurement has a row, with times from the record's first event")
  func measurements() throws {
    let run = Fixture.passed.judged
    let rows = try #require(try Self.read([MeasurementsTable.document(run)]).first)
    #expect(rows.map { $0["measurement"] } == ["serial", "firmware", "error", "width"])
    #expect(rows.map { $0["text"] } == ["21034567", "1.07", "", ""])
    #expect(rows.map { $0["value"] } == ["", "", "0.001", "0.06"])
    #expect(rows.map { $0["unit"] } == ["", "", "1", "s"])
    #expect(rows[2]["from"] == "-5.000000000")
    #expect(rows.allSatisfy { Set($0.keys) == Set(MeasurementsTable.columns) })
  }

  @Test("edges count through batches, with their level and what was lost between them")
  func edges() throws {
    var fixture = Fixture()
    try fixture.edges("A1.pulse-1", repeated: [1], [1, 1_000_000_001])
    try fixture.edges("reference", startsActive: false, [5])
    try fixture.edges("A1.pulse-1", [2_000_000_000, 3_000_000_000])
    var table = EdgesTable()
    let text = EdgesTable.header + fixture.recorded.map { table.rows($0) }.joined()
    let rows = try #require(try Self.read([text]).first)
    #expect(
      rows.map { row in EdgesTable.columns.map { row[$0] ?? "" }.joined(separator: " ") } == [
        "A1.pulse-1 0 0.000000001 1 no", "A1.pulse-1 1 1.000000001 1 yes",
        "reference 0 0.000000005 0 no", "A1.pulse-1 2 2.000000000 1 yes",
        "A1.pulse-1 3 3.000000000 0 no",
      ]
    )
  }

  @Test(
    "a text that a spreadsheet would run is shown, and a number stays one",
    arguments: [
      ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("@SUM(A1)", "'@SUM(A1)"),
      ("-2+3", "'-2+3"), ("＝1", "'＝1"), ("\n=1", "'\n=1"), ("\t=1", "\\x09=1"), ("-2", "-2"),
      ("+2.5e-3", "+2.5e-3"), ("-", "'-"), ("-0x1p3", "'-0x1p3"), ("1.07", "1.07"), ("a=1", "a=1"),
      ("\u{FEFF}=1", "\\u{FEFF}=1"), ("'=1", "'=1"), ("", ""),
    ]
  )
  func formulas(text: String, cell: String) throws {
    var fixture = Fixture()
    fixture.runAll(firmware: text)
    let rows = try #require(try Self.read([MeasurementsTable.document(fixture.judged)]).first)
    #expect(rows.first { $0["measurement"] == "firmware" }?["text"] == cell)
  }

  @Test("quotation marks, commas and line ends survive, and a megabyte does too")
  func quoting() throws {
    let texts = [
      "a\"b", "a,b", "a\nb\n", "\"", "\",\"", "é\"\u{301}x", "👩‍🔧,⚡", "]]>",
      String(repeating: "1 \"MB\", ", count: 125_000),
    ]
    let documents = texts.map { text in
      var fixture = Fixture()
      fixture.runAll(serial: text)
      return MeasurementsTable.document(fixture.judged)
    }
    for (text, rows) in zip(texts, try Self.read(documents)) {
      #expect(rows.first { $0["measurement"] == "serial" }?["text"] == text)
    }
    #expect(documents.allSatisfy { $0.utf8.suffix(2).elementsEqual([13, 10]) })
  }

  @Test(
    "numbers keep all their digits",
    arguments: [
      0.1 + 0.2, -1e-300, .leastNonzeroMagnitude, .nan, .infinity, -.infinity, 1e22, -0.0,
    ]
  )
  func numbers(number: Double) throws {
    var fixture = Fixture()
    fixture.runAll(error: number)
    let rows = try #require(try Self.read([MeasurementsTable.document(fixture.judged)]).first)
    let cell = try #require(rows.first { $0["measurement"] == "error" }?["value"])
    let read = try #require(Double(cell), "\(cell)")
    #expect(read.bitPattern == number.bitPattern || read.isNaN && number.isNaN)
  }
}
