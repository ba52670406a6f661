import FoundationEssentials
import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// A passing record that was damaged: cut, with an event missing, repeated or out of its place.
@Suite("Broken records")
struct BrokenRecordTests {
  private let record = Sample().record

  @Test("A record file that is cut at any byte never passes; only the whole one does")
  func cutAnywhere() throws {
    let whole = try record.reduce(into: Data()) { data, event in data += try event.line() }
    var seen = -1
    for length in 0...whole.count {
      let events = try RecordReader.events(in: whole.prefix(length))
      // Between two line ends the reader returns the same events.
      guard events.count != seen else { continue }
      seen = events.count
      let run = Judge.judge(events)
      #expect((run.verdict == .passed) == (length == whole.count), "\(length) bytes")
      if length < whole.count {
        #expect(run.positions.allSatisfy { $0.verdict != .passed }, "\(length) bytes")
      }
    }
    #expect(seen == record.count)
  }

  @Test("A record without any one of its events passes only where no verdict rests on the event")
  func eachDeleted() {
    for index in record.indices {
      var rest = record
      rest.remove(at: index)
      let verdict = Judge.judge(renumbered(rest)).verdict
      #expect((verdict == .passed) == isIdle(record[index].event), "\(record[index].event)")
      // The number tells even where nothing else does.
      #expect(Judge.judge(rest).verdict == .error)
    }
  }

  @Test("A record with any one event twice passes only where no verdict rests on the event")
  func eachRepeated() {
    for index in record.indices {
      var longer = record
      longer.insert(record[index], at: index)
      #expect(Judge.judge(longer).verdict == .error)
      let verdict = Judge.judge(renumbered(longer)).verdict
      #expect((verdict == .passed) == isEvidence(record[index].event), "\(record[index].event)")
    }
  }

  @Test("A record with two events exchanged never passes: the clock tells")
  func eachPairExchanged() {
    for first in record.indices {
      for second in record.indices where second > first {
        var other = record
        other.swapAt(first, second)
        #expect(Judge.judge(other).verdict == .error)
        #expect(Judge.judge(renumbered(other)).verdict == .error, "\(first) and \(second)")
      }
    }
  }

  @Test(
    "Where the clock does not tell, a record with two events exchanged passes only in lawful order"
  )
  func eachPairExchangedAndRestamped() {
    for first in record.indices {
      for second in record.indices where second > first {
        var events = record.map(\.event)
        events.swapAt(first, second)
        let verdict = Judge.judge(stamped(events)).verdict
        #expect((verdict == .passed) == isLawful(events), "\(first) and \(second)")
      }
    }
  }

  @Test("A line that is no event, or has another number, is refused at its line")
  func damagedLines() throws {
    let lines = try record.map { try $0.line() }
    for (index, line) in lines.enumerated() {
      for damaged in [
        Data("\n".utf8), line.dropFirst(), Data("{}\n".utf8), line + Data("x\n".utf8),
      ] {
        var data = Data()
        for (other, line) in lines.enumerated() { data += other == index ? damaged : line }
        #expect { try RecordReader.events(in: data) } throws: { error in
          // What follows a good line stands on the next one.
          let place = damaged.count > line.count ? index + 2 : index + 1
          return (error as? RecordError)?.line == place
        }
      }
      var data = Data()
      for (other, line) in lines.enumerated() where other != index { data += line }
      guard index < lines.count - 1 else { continue }
      #expect(throws: RecordError.self) { try RecordReader.events(in: data) }
    }
  }

  // MARK: What must hold

  /// Evidence that bears on no verdict.
  private func isEvidence(_ event: Event) -> Bool {
    switch event {
    case .exchanged, .edges, .switched, .busStatistics, .noted: true
    default: false
    }
  }

  /// An event whose absence changes no verdict: evidence, or a value that no rule asks for.
  private func isIdle(_ event: Event) -> Bool {
    if case .measured(let one) = event { return one.measurement.id == "pulses" }
    return isEvidence(event)
  }

  /// Written without the judge: the run's start is first, its plan second, its end last; every step
  /// of a position begins, has its values and ends before the next of the plan begins.
  private func isLawful(_ events: [Event]) -> Bool {
    guard case .runStarted? = events.first, case .runEnded? = events.last,
      case .planned(let plan)? = events.dropFirst().first
    else { return false }
    for position in plan.positions where position.notApplicable == nil {
      var story: [String] = []
      for event in events {
        switch event {
        case .stepStarted(let mark) where mark.position == position.name:
          story.append("begin \(mark.step)")
        case .stepEnded(let end) where end.position == position.name:
          story.append("end \(end.step)")
        case .measured(let one) where one.position == position.name:
          if story.last != "values \(one.step)" { story.append("values \(one.step)") }
        default: break
        }
      }
      let lawful = plan.steps.flatMap { step in
        ["begin \(step.id)"] + (step.rules.isEmpty ? [] : ["values \(step.id)"]) + [
          "end \(step.id)"
        ]
      }
      guard story == lawful else { return false }
    }
    return true
  }

  private func renumbered(_ record: [RecordedEvent]) -> [RecordedEvent] {
    record.enumerated().map { index, event in
      RecordedEvent(sequence: index, at: event.at, event: event.event)
    }
  }

  private func stamped(_ events: [Event]) -> [RecordedEvent] {
    events.enumerated().map { index, event in
      RecordedEvent(sequence: index, at: record[index].at, event: event)
    }
  }
}
