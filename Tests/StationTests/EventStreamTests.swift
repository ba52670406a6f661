import Foundation
import Glibc
import RunRecord
import Testing

@testable import Station

/// What another program sees of a run, and that it cannot hold the run up.
@Suite("Streamed events", .timeLimit(.minutes(2)))
struct EventStreamTests {
  /// A pipe whose ends close with it.
  private final class TestPipe {
    let reading: FileHandle
    let writing: FileHandle

    init() {
      ProgramStart.secure()
      let pipe = Pipe()
      reading = pipe.fileHandleForReading
      writing = pipe.fileHandleForWriting
    }
  }

  private struct Streamed {
    var record: RecordData
    var status: Int32
    var sentences: [String]
  }

  /// A run whose lines go into a pipe.
  ///
  /// - Parameter over: what happens when the run is over, before anybody waits for the reader.
  private func run(
    into pipe: TestPipe,
    capacity: Int,
    patience: Duration = .seconds(60),
    over: () throws -> Void = {}
  ) throws -> Streamed {
    try UnitRunTests.withFolder { folder in
      let stream = EventStream(descriptor: pipe.writing.fileDescriptor, capacity: capacity)
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      options.lines = { stream.take($0) }
      let prepared = try UnitRunTests.prepare(UnitRunTests.scenario, UnitSources(), in: folder)
      let result = try RunSession(prepared, options: options).run()
      try over()
      return Streamed(
        record: try UnitRunTests.recorded(beside: result.record),
        status: result.exitStatus,
        sentences: stream.finish(patience: patience)
      )
    }
  }

  @Test("A reader gets the record's own bytes")
  func whole() async throws {
    let pipe = TestPipe()
    let reading = pipe.reading
    async let read = Task.detached { try reading.readToEnd() }.value
    let streamed = try run(into: pipe, capacity: 1 << 20)
    try pipe.writing.close()
    // The lines of the three files, in the order of their numbers.
    let lines = try await read?.split(separator: UInt8(ascii: "\n")) ?? []
    let events = try lines.map { try RecordedEvent(line: Data($0)) }
    #expect(events.map(\.sequence) == Array(events.indices))
    for file in RecordFile.allCases {
      let own = zip(events, lines).filter { $0.0.event.file == file }.map {
        Data($0.1) + Data("\n".utf8)
      }
      #expect(own.reduce(into: Data()) { $0 += $1 } == streamed.record[file])
    }
    #expect(streamed.sentences.isEmpty && streamed.status == 0)
  }

  @Test(
    "A reader that stands still delays nothing: the record is whole, and what is missing is told"
  )
  func stalled() throws {
    let pipe = TestPipe()
    // A write that never ends would go to whatever had the number next.
    _ = Unmanaged.passRetained(pipe)
    // Nothing more fits in (F_GETPIPE_SZ says how much does), so the first line already waits to the end.
    let size = fcntl(pipe.writing.fileDescriptor, 1032)
    try pipe.writing.write(contentsOf: Data(count: Int(size)))
    let streamed = try run(into: pipe, capacity: 2000, patience: .zero)
    let events = try RecordReader.events(in: streamed.record)
    guard case .runEnded(let end)? = events.last?.event else {
      Issue.record("the record has no end")
      return
    }
    #expect(end.how == .completed && end.outputsSafe && streamed.status == 0)
    #expect(streamed.sentences.count == 2)
    #expect(streamed.sentences[0].contains("dropped"))
    #expect(streamed.sentences[0].contains("numbers 1 to \(events.count - 1);"))
    #expect(streamed.sentences[1].contains("lacks the events from number 0 on"))
  }

  @Test("A reader that first reads when the run is over gets everything")
  func late() async throws {
    let pipe = TestPipe()
    let reading = pipe.reading
    var read: Task<Data?, any Error>?
    let streamed = try run(into: pipe, capacity: 16 << 20) {
      read = Task.detached { try reading.readToEnd() }
    }
    try pipe.writing.close()
    let lines = try await read?.value?.split(separator: UInt8(ascii: "\n")) ?? []
    #expect(lines.count == (try RecordReader.events(in: streamed.record)).count)
    #expect(streamed.sentences.isEmpty)
    // Time for a person who looks away; the test itself waits for nobody.
    #expect(EventStream.patience >= .seconds(30))
  }

  @Test("A reader that goes away when the run is over is not waited for")
  func leaves() throws {
    let pipe = TestPipe()
    let size = fcntl(pipe.writing.fileDescriptor, 1032)
    try pipe.writing.write(contentsOf: Data(count: Int(size)))
    // The wait would be longer than the test may take.
    let streamed = try run(into: pipe, capacity: 16 << 20, patience: .seconds(600)) {
      try pipe.reading.close()
    }
    #expect(streamed.sentences.count == 1)
    #expect(streamed.sentences[0].contains("nobody takes the events from number 0 on"))
  }

  @Test("A reader that goes away ends nothing but the stream")
  func gone() throws {
    let pipe = TestPipe()
    try pipe.reading.close()
    let streamed = try run(into: pipe, capacity: 1 << 20)
    #expect(try RecordReader.events(in: streamed.record).last?.event.type == "run-ended")
    #expect(streamed.status == 0)
    #expect(streamed.sentences.count == 1)
    #expect(streamed.sentences[0].contains("nobody takes the events from number 0 on"))
  }
}
