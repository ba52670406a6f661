import Foundation
import Judging
import RunRecord
import Station
import Testing
import Verdicts

/// The record of a real run on the twin: the samples that are shipped, on the program's own path.
@Suite("Record of a run")
struct RoundTripTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("A record that is read and written again is the same, byte for byte")
  func roundTrip() throws {
    try Self.withRecord { data, run in
      #expect(run.verdict == .passed)
      let events = try RecordReader.events(in: data)
      #expect(Set(events.map(\.event.type)).isSuperset(of: Self.kinds))
      let again = try RecordData(writing: events)
      #expect(again.record == data.record)
      #expect(again.frames == data.frames)
      #expect(again.edges == data.edges)
    }
  }

  @Test("A record whose frames and edges are passed over gives the same verdicts")
  func skipping() throws {
    try Self.withRecord { data, run in
      var judge = Judge()
      var skipped = 0
      try RecordReader.read(
        data,
        skipping: {
          judge.skip($0)
          skipped += 1
        },
        { judge.take($0) }
      )
      #expect(skipped > 500)
      let again = judge.judged()
      #expect(again.verdict == run.verdict && again.remarks == run.remarks)
      #expect(
        again.positions.map { $0.steps.flatMap(\.findings) }
          == run.positions.map { $0.steps.flatMap(\.findings) }
      )
    }
  }

  @Test(
    "A line of any file that was changed is refused while the record is read",
    arguments: RecordFile.allCases
  )
  func changedLine(file: RecordFile) throws {
    try Self.withRecord { data, _ in
      let whole = try #require(data[file])
      let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
      // The last line of the record is what the seal is for.
      let lines = file == .record ? Array(ends.indices.dropLast()) : Array(ends.indices)
      let places = [0, lines.count / 2, lines.count - 1]
      for place in places {
        var changed = whole
        // A blank between the last value and the brace: the event is the same.
        changed.insert(UInt8(ascii: " "), at: ends[place] - 1)
        let error = #expect(throws: RecordError.self) {
          try RecordReader.read(data.with(changed, in: file)) { _ in }
        }
        #expect(error?.isChange == true && error?.file == file, "line \(place + 1)")
        // No line follows the last one; the end of the run says what the file was.
        #expect(error?.line == (place + 1 < ends.count ? place + 2 : nil))
      }
    }
  }

  @Test("A record that is judged again gives every verdict of the run")
  func judgedAgain() throws {
    try Self.withRecord { data, run in
      let again = Judge.judge(try RecordReader.events(in: data))
      #expect(again.verdict == run.verdict)
      #expect(again.remarks == run.remarks)
      for (position, other) in zip(run.positions, again.positions) {
        #expect(position.verdict == other.verdict)
        #expect(position.steps.map(\.verdict) == other.steps.map(\.verdict))
        #expect(position.steps.flatMap(\.findings) == other.steps.flatMap(\.findings))
      }
      #expect(run.positions.count == again.positions.count)
    }
  }

  @Test("A record that lost its tail never passes, wherever it was cut")
  func cut() throws {
    try Self.withRecord { data, _ in
      let events = try RecordReader.events(in: data)
      var judge = Judge()
      for (index, event) in events.enumerated() {
        judge.take(event)
        // Judging costs more than taking; the steps' boundaries are where a verdict could change.
        let isBoundary =
          switch event.event {
          case .exchanged, .edges: index == events.count - 1
          default: true
          }
        guard isBoundary else { continue }
        let verdict = judge.judged().verdict
        #expect((verdict == .passed) == (index == events.count - 1), "event \(index)")
      }
    }
  }

  /// What a passing run on the sample bench leaves.
  private static let kinds: Set<String> = [
    "run-started", "planned", "step-started", "step-ended", "measured", "exchanged", "edges",
    "switched", "bus-statistics", "noted", "run-ended",
  ]

  private static func withRecord(_ body: (RecordData, JudgedRun) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-record-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var library = Library()
    // One position is enough for every kind of event, and four times as fast.
    let prepared = try library.prepare(
      scenario: root.appendingPathComponent("Scenarios/end-of-line.yaml").path,
      bench: root.appendingPathComponent("Benches/twin-4.yaml").path,
      parameters: [],
      positions: ["A1"]
    )
    var options = RunSession.Options()
    options.folder = folder.path
    let result = try RunSession(prepared, options: options).run()
    try body(try RecordData(folder: folder.path), result.run)
  }
}
