import Foundation
import Judging
import Reports
import RunRecord
import Testing

/// Tables and traces of 200 hostile runs, as the programs that they are for read them.
@Suite("Hostile traces", .timeLimit(.minutes(5)))
struct HostileTraceTests {
  private static let fixtures: [Fixture] = {
    (0..<200).compactMap { index in
      var source = HostileRuns(seed: UInt64(index) + 2001)
      return try? source.tracedRun()
    }
  }()

  private static func edges(_ fixture: Fixture) -> [RecordedEdges] {
    fixture.recorded.compactMap { if case .edges(let edges) = $0.event { edges } else { nil } }
  }

  @Test("no run was lost while they were made, and they have frames and edges")
  func made() {
    #expect(Self.fixtures.count == 200)
    #expect(Self.fixtures.reduce(0) { $0 + Self.edges($1).count } > 200)
  }

  @Test("every row has every column, and begins no formula")
  func tables() throws {
    var documents: [(columns: [String], text: String)] = []
    for fixture in Self.fixtures {
      let run = fixture.judged
      var edges = EdgesTable()
      documents += [
        (FindingsTable.columns, FindingsTable.document(run)),
        (MeasurementsTable.columns, MeasurementsTable.document(run)),
        (EdgesTable.columns, EdgesTable.header + fixture.recorded.map { edges.rows($0) }.joined()),
      ]
    }
    let tables = try TableTests.read(documents.map(\.text))
    for (document, rows) in zip(documents, tables) {
      for row in rows {
        #expect(Set(row.keys) == Set(document.columns))
        for cell in row.values where cell.first.map({ "=+-@".contains($0) }) ?? false {
          #expect(Double(cell) != nil, "\(cell)")
        }
      }
    }
    for (fixture, rows) in zip(Self.fixtures, stride(from: 0, to: tables.count, by: 3)) {
      #expect(!tables[rows].isEmpty)
      #expect(tables[rows + 2].count == Self.edges(fixture).reduce(0) { $0 + $1.times.count })
    }
  }

  @Test("tshark reads every capture, and as many packets as the record has frames")
  func captures() throws {
    // A pcapng file may hold the sections of many.
    let bytes = Self.fixtures.flatMap { BusCaptureTests.bytes($0) }
    let frames = Self.fixtures.flatMap(\.recorded).reduce(0) { count, recorded in
      if case .exchanged(let exchange) = recorded.event {
        count + exchange.frames.count
      } else {
        count
      }
    }
    #expect(frames > 200)
    #expect(try BusCaptureTests.read(bytes, ["frame.number"]).count == frames)
  }

  @Test("vcdvcd reads every waveform, and as many changes of each line as the record has edges")
  func waveforms() throws {
    let script = """
      import json, sys
      from vcdvcd import VCDVCD
      def changes(path):
        vcd = VCDVCD(path)
        # The level at the beginning is the first of them.
        return sorted(len(vcd[name].tv) - 1 for name in vcd.signals)
      sys.stdout.write(json.dumps([changes(path) for path in sys.argv[1:]]))
      """
    let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(".build-test/venv/bin/python")
    let found = try Tools.withDirectory { directory in
      let program = directory.appendingPathComponent("read.py")
      try Data(script.utf8).write(to: program)
      let files = try Self.fixtures.enumerated().map { index, fixture in
        let file = directory.appendingPathComponent("\(index).vcd")
        try Data(LineWaveformTests.text(fixture).utf8).write(to: file)
        return file.path
      }
      let (status, output) = try Tools.run(
        python.path,
        [program.path] + files,
        package: "python3-venv, then Packaging/install-packages test"
      )
      try #require(status == 0, "vcdvcd refuses a waveform: \(output.suffix(2000))")
      return try JSONDecoder().decode([[Int]].self, from: Data(output.utf8))
    }
    for (fixture, found) in zip(Self.fixtures, found) {
      let counts = Dictionary(grouping: Self.edges(fixture), by: \.line)
        .mapValues { $0.reduce(0) { $0 + $1.times.count } }
      #expect(found == counts.values.filter { $0 > 0 }.sorted())
    }
  }
}
