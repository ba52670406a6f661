import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// Which meter a record is about.
@Suite("Units")
struct UnitTests {
  /// A run whose two positions tell their serial numbers.
  private func sample(_ numbers: [String: [String]], expecting: [String: String] = [:]) -> Sample {
    var sample = Sample()
    sample.steps.insert(Sample.step("identify"), at: 1)
    sample.steps[1].identifiesUnit = expecting.isEmpty ? nil : true
    for index in sample.positions.indices {
      sample.positions[index].expected = expecting[sample.positions[index].name].map {
        ExpectedUnit(label: $0, serialNumber: SerialNumber($0))
      }
    }
    var events: [Event] = []
    var isDone = false
    for event in sample.events {
      // All positions are through with the first step before the next begins.
      if !isDone, case .stepStarted(let mark) = event, mark.step == "read" {
        isDone = true
        for name in ["A1", "A2"] {
          events.append(.stepStarted(StepMark(position: name, step: "identify")))
        }
        for name in ["A1", "A2"] {
          events += (numbers[name] ?? []).map {
            Sample.measured(name, "identify", "serial-number", .text($0))
          }
          events.append(
            .stepEnded(StepEnd(position: name, step: "identify", how: .completed))
          )
        }
      }
      events.append(event)
    }
    sample.events = events
    return sample
  }

  @Test("Two positions that report one serial number are errors, and no other position is")
  func sameNumber() {
    let run = sample(["A1": ["21034567"], "A2": ["021034567"]]).run
    for name in ["A1", "A2"] {
      #expect(run.verdict(of: name) == .error)
      #expect(run.step("identify", on: name)?.remarks.map(\.reason.kind) == [.wrongUnit])
    }
    #expect(sample(["A1": ["21034567"], "A2": ["21034568"]]).run.verdict == .passed)
  }

  @Test("A number that was never set tells no two meters apart, and is no error by itself")
  func unset() {
    #expect(sample(["A1": ["0"], "A2": ["0"]]).run.verdict == .passed)
  }

  @Test("A position whose meter changes its number within a run is an error")
  func changed() {
    #expect(sample(["A1": ["1", "2"], "A2": ["3"]]).run.verdict(of: "A1") == .error)
  }

  @Test(
    "What another meter fails is no failure of the one that was to be there, before and after it shows"
  )
  func failuresOfAnother() {
    for numbers in [["5"], ["21034567", "21034568"], ["21034568", "21034567"]] {
      var sample = sample(["A1": numbers, "A2": ["9"]], expecting: ["A1": "21034567"])
      for index in sample.events.indices {
        guard case .measured(let value) = sample.events[index], value.position == "A1",
          value.step == "read"
        else { continue }
        sample.events[index] = Sample.measured("A1", "read", "voltage-l1", .number(300, .voltage))
      }
      let read = sample.run.step("read", on: "A1")
      #expect(read?.findings.map(\.verdict) == [.error])
      #expect(read?.findings.first?.reason?.kind == .wrongUnit)
      #expect(sample.run.positions.first?.hasFailure == false)
    }
  }

  @Test("The expected number passes, another is an error, and none is inconclusive")
  func expected() {
    let numbers = ["A1": ["21034567"], "A2": ["21034568"]]
    func verdict(_ numbers: [String: [String]], _ expected: String) -> Verdict? {
      sample(numbers, expecting: ["A1": expected]).run.verdict(of: "A1")
    }
    #expect(verdict(numbers, "21034567") == .passed)
    #expect(verdict(numbers, "21034569") == .error)
    #expect(verdict(["A2": ["21034568"]], "21034567") == .inconclusive)
    // A meter that was never given a number is nobody's.
    #expect(verdict(["A1": ["0"], "A2": ["21034568"]], "0") == .error)
    // A good number after a wrong one does not replace it.
    #expect(verdict(["A1": ["5", "21034567"]], "21034567") == .error)
  }

  @Test("A record that expects a meter and never compares it does not pass")
  func neverCompared() {
    var sample = sample(["A1": ["1"], "A2": ["2"]], expecting: ["A1": "1"])
    sample.steps[1].identifiesUnit = nil
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    #expect(sample.run.verdict(of: "A2") == .passed)
  }

  @Test("A refused meter does not pass, even where the record says that it was tested")
  func refused() {
    var sample = Sample()
    sample.positions[0].refused = "passed before"
    #expect(sample.run.verdict == .error)
    #expect(sample.run.verdict(of: "A1") != .passed)
  }
}
