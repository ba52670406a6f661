import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// What a record must hold before the judge says passed.
@Suite("Judge")
struct JudgeTests {
  @Test("A record without an end is an error, and so is one that goes on after it")
  func end() {
    var sample = Sample()
    sample.end = nil
    #expect(sample.verdict == .error)
    let record = Sample().record
    let after = RecordedEvent(
      sequence: record.count,
      at: .init(nanoseconds: 9_000_000_000),
      event: .noted(Note(text: "late"))
    )
    #expect(Judge.judge(record + [after]).verdict == .error)
  }

  @Test("A record that does not begin with what was run is an error")
  func start() {
    var sample = Sample()
    sample.start = nil
    #expect(sample.verdict == .error)
    sample.start = .noted(Note(text: "hello"))
    #expect(sample.verdict == .error)
    sample.events.insert(.runStarted(Sample.started), at: 0)
    #expect(sample.verdict == .error)
  }

  @Test("A record of a format that this tool does not know is an error", arguments: [0, 1, 3])
  func format(_ format: Int) {
    var started = Sample.started
    started.format = format
    var sample = Sample()
    sample.start = .runStarted(started)
    #expect(sample.verdict == .error)
  }

  @Test("A record with two plans is an error")
  func twoPlans() {
    var sample = Sample()
    sample.events.insert(
      .planned(RecordedPlan(positions: [], steps: [], warnings: [])),
      at: 0
    )
    #expect(sample.verdict == .error)
  }

  @Test("A gap in the sequence is an error", arguments: [-1, 3, Int.max, Int.min])
  func gap(_ number: Int) {
    var record = Sample().record
    record[5].sequence = number
    #expect(Judge.judge(record).verdict == .error)
  }

  @Test("A clock that goes back is an error")
  func clock() {
    var record = Sample().record
    record[7].at = record[5].at
    #expect(Judge.judge(record).verdict == .error)
  }

  @Test("Events on a position, or of a step, that does not apply are an error")
  func notApplicable() {
    for event in [
      Sample.began("A3", "read"), Sample.ended("A3", "read", .skipped),
      Sample.measured("A3", "read", "voltage-l1", .number(230, .voltage)),
    ] {
      var sample = Sample()
      sample.events.append(event)
      #expect(sample.verdict == .error)
    }
    var sample = Sample()
    sample.steps[1].notApplicable = [.init(position: "A1", reason: "not in 1P2W")]
    #expect(sample.verdict == .error)
  }

  @Test("A step that does not apply to a position is ignored there, and only there")
  func exemption() {
    var sample = Sample()
    sample.steps[1].notApplicable = [.init(position: "A1", reason: "not in 1P2W")]
    sample.events.removeAll {
      switch $0 {
      case .stepStarted(let mark): mark.step == "read" && mark.position == "A1"
      case .stepEnded(let end): end.step == "read" && end.position == "A1"
      case .measured(let one): one.step == "read" && one.position == "A1"
      default: false
      }
    }
    #expect(sample.run.step("read", on: "A1")?.verdict == .notApplicable)
    #expect(sample.verdict == .passed)
    sample.steps[1].notApplicable = []
    #expect(sample.run.step("read", on: "A1")?.verdict == .skipped)
    #expect(sample.verdict == .inconclusive)
  }

  @Test("A fault seen on a position that takes no part still counts for the run")
  func faultOnIdlePosition() {
    var sample = Sample()
    sample.events.append(Sample.observed("A3", nil, .bench))
    #expect(sample.run.verdict(of: "A3") == .notApplicable)
    #expect(sample.verdict == .error)
  }

  @Test("Two positions, two steps or two rules of one name are an error")
  func duplicateNames() {
    var sample = Sample()
    sample.positions.append(Sample.position("A1"))
    #expect(sample.verdict == .error)
    sample = Sample()
    sample.steps.append(Sample.step("read"))
    #expect(sample.verdict == .error)
    sample = Sample()
    sample.steps[1].rules.append(Sample.voltage)
    #expect(sample.verdict == .error)
  }

  @Test("Outputs that are not safe make the run and its positions an error")
  func outputsNotSafe() {
    var sample = Sample()
    sample.end = RunEnd(how: .completed, outputsSafe: false)
    #expect(sample.verdict == .error)
    #expect(sample.run.verdict(of: "A1") == .error)
  }

  @Test(
    "A run that ended otherwise than completed never passes",
    arguments: [
      (RunEnd.How.interrupted, Verdict.inconclusive), (.failed, .error),
    ]
  )
  func interrupted(_ how: RunEnd.How, _ verdict: Verdict) {
    var sample = Sample()
    sample.end = RunEnd(how: how, text: "signal 2", outputsSafe: true)
    #expect(sample.verdict == verdict)
    #expect(sample.run.verdict(of: "A1") == verdict)
  }

  @Test(
    "A step of finally that did not pass is an error of the rig",
    arguments: [
      StepEnd.How.abandoned, .timedOut, .cancelled, .threw,
    ]
  )
  func finallyFailed(_ how: StepEnd.How) {
    var sample = Sample()
    sample.end("apply supply off", on: "A2", how)
    #expect(sample.run.verdict(of: "A1") == .passed)
    #expect(sample.run.verdict(of: "A2") == .error)
  }

  @Test("A step of finally that did not run is an error of the rig")
  func finallySkipped() {
    var sample = Sample()
    sample.events.removeAll {
      switch $0 {
      case .stepStarted(let mark): mark.step == "apply supply off" && mark.position == "A2"
      case .stepEnded(let end): end.step == "apply supply off" && end.position == "A2"
      default: false
      }
    }
    #expect(sample.run.verdict(of: "A2") == .error)
  }

  @Test("A position that passed some steps and skipped others is inconclusive")
  func someSkipped() {
    var sample = Sample()
    sample.events.removeAll {
      switch $0 {
      case .stepStarted(let mark): mark.step == "read" && mark.position == "A1"
      case .stepEnded(let end): end.step == "read" && end.position == "A1"
      case .measured(let one): one.step == "read" && one.position == "A1"
      default: false
      }
    }
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    #expect(sample.run.step("read", on: "A1")?.findings.map(\.verdict) == [.skipped])
  }

  @Test("A run without a rule proves nothing")
  func noRules() {
    var sample = Sample()
    for index in sample.steps.indices { sample.steps[index].rules = [] }
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    #expect(sample.verdict == .inconclusive)
  }

  @Test("A position to which no step applies proves nothing")
  func noSteps() {
    var sample = Sample()
    sample.positions.append(Sample.position("A4"))
    for index in sample.steps.indices {
      sample.steps[index].notApplicable = [.init(position: "A4", reason: "no output")]
    }
    #expect(sample.run.verdict(of: "A4") == .inconclusive)
    #expect(sample.run.verdict(of: "A1") == .passed)
  }

  @Test(
    "An interlock or a fault of the whole rig is an error of every position",
    arguments: [
      Reason.Kind.interlock, .bench, .tool,
    ]
  )
  func runWide(_ kind: Reason.Kind) {
    var sample = Sample()
    sample.events.append(Sample.observed(nil, nil, kind))
    #expect(sample.verdict == .error)
    #expect(sample.run.verdict(of: "A1") == .error)
    #expect(sample.run.verdict(of: "A2") == .error)
  }

  @Test("Every kind of observation keeps its step from passing", arguments: Reason.Kind.allCases)
  func observations(_ kind: Reason.Kind) {
    var sample = Sample()
    sample.add([Sample.observed("A1", "read", kind)], to: "read", on: "A1")
    #expect(kind.verdict >= .inconclusive)
    #expect(sample.run.verdict(of: "A1") == kind.verdict)
    #expect(sample.run.verdict(of: "A2") == .passed)
    sample = Sample()
    sample.events.append(Sample.observed("A1", nil, kind))
    #expect(sample.run.verdict(of: "A1") == kind.verdict)
  }

  @Test("Lost edges open every finding of their step")
  func lostEdges() {
    let step = "count-pulses pulse-2"
    var sample = Sample()
    sample.add([Sample.observed("A1", step, .lostEdges)], to: step, on: "A1")
    #expect(sample.run.step(step, on: "A1")?.findings.map(\.verdict) == [.error, .error])
    #expect(sample.run.step(step, on: "A2")?.findings.map(\.verdict) == [.passed, .passed])
    #expect(sample.run.verdict(of: "A1") == .error)
    // Nor is a value beyond its limit the meter's failure: it comes from edges that are not all.
    sample.forget("error", on: "A1")
    let wrong = Sample.measured("A1", step, "error", .number(0.02, .ratio), uncertainty: 0.0005)
    sample.add([wrong], to: step, on: "A1")
    #expect(sample.run.step(step, on: "A1")?.findings.map(\.verdict) == [.error, .error])
  }

  @Test("A violated condition keeps a step from passing, and is never the meter's failure")
  func condition() {
    let step = "count-pulses pulse-2"
    var sample = Sample()
    sample.add([Sample.observed("A1", step, .condition)], to: step, on: "A1")
    #expect(sample.run.step(step, on: "A1")?.findings.map(\.verdict) == [.passed, .passed])
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    sample.forget("error", on: "A1")
    let wrong = Sample.measured("A1", step, "error", .number(0.02, .ratio), uncertainty: 0.0005)
    sample.add([wrong], to: step, on: "A1")
    let finding = sample.run.step(step, on: "A1")?.findings[0]
    #expect(finding?.verdict == .inconclusive)
    #expect(finding?.reason?.kind == .condition)
    #expect(finding?.reason?.text.contains("error is 2.000 ± 0.050 %") == true)
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    // What another step found stands.
    sample.forget("voltage-l1", on: "A1")
    let high = Sample.measured("A1", "read", "voltage-l1", .number(999, .voltage))
    sample.add([high], to: "read", on: "A1")
    #expect(sample.run.verdict(of: "A1") == .failed)
  }

  @Test("An unexplained gap is inconclusive once, and a failure when it comes again")
  func unexplainedGap() {
    let step = "count-pulses pulse-2"
    var sample = Sample()
    sample.add([Sample.observed("A1", step, .unexplainedGap)], to: step, on: "A1")
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    sample.add([Sample.observed("A1", step, .unexplainedGap)], to: step, on: "A1")
    #expect(sample.run.verdict(of: "A1") == .failed)
    // Two steps, or two positions, with one gap each are not the same gap again.
    sample = Sample()
    sample.add([Sample.observed("A1", step, .unexplainedGap)], to: step, on: "A1")
    sample.add([Sample.observed("A2", step, .unexplainedGap)], to: step, on: "A2")
    #expect(sample.verdict == .inconclusive)
  }

  @Test("A value beyond its limit is told as an error where a part of the bench failed")
  func errorAndFailure() {
    for kind in [Reason.Kind.bench, .interlock] {
      var sample = Sample.reading([.number(999, .voltage)], rule: Sample.voltage)
      let alone = sample.run.positions[0].steps[0].findings[0].reason?.text ?? "?"
      sample.add([Sample.observed("A1", "read", kind)], to: "read", on: "A1")
      #expect(sample.verdict == .error)
      let findings = sample.run.positions[0].steps[0].findings
      #expect(findings.map(\.verdict) == [.error])
      #expect(findings[0].reason?.text.contains(alone) == true)
    }
  }

  @Test("A silence or a gap is no failure of the meter where a part of the bench failed")
  func errorAndSilence() {
    let step = "count-pulses pulse-2"
    var sample = Sample()
    let gap = Sample.observed("A1", step, .unexplainedGap)
    sample.add([gap, gap], to: step, on: "A1")
    #expect(sample.run.positions[0].steps.contains { $0.verdict == .failed })
    sample.add([Sample.observed("A1", step, .bench)], to: step, on: "A1")
    let remarks = sample.run.positions[0].steps.flatMap(\.remarks)
    #expect(!remarks.contains { $0.verdict == .failed })
    #expect(remarks.contains { $0.verdict == .error && $0.reason.text.contains("came again") })
  }

  @Test("What happens outside its step is an error")
  func outsideTheStep() {
    let silence = Event.silent(
      Silence(
        position: "A1",
        step: "read",
        cause: .output(line: "A1.pulse-2", expected: 9, lineProven: true),
        text: "silent"
      )
    )
    let value = Sample.measured("A1", "read", "voltage-l2", .number(230, .voltage))
    for event in [silence, value, Sample.observed("A1", "read", .condition)] {
      for place in [0, Sample().events.count] {
        var sample = Sample()
        sample.events.insert(event, at: place)
        #expect(sample.verdict == .error)
      }
    }
  }

  @Test("A step that started and is said to be skipped is an error, and so is the reverse")
  func skippedAndStarted() {
    var sample = Sample()
    sample.end("read", on: "A1", .skipped)
    #expect(sample.run.verdict(of: "A1") == .error)
    sample = Sample()
    sample.events.removeAll { $0 == Sample.began("A1", "read") }
    #expect(sample.run.verdict(of: "A1") == .error)
  }

  @Test("A position that takes the steps in another order than the plan's is an error")
  func order() {
    var sample = Sample()
    sample.steps.swapAt(1, 2)
    #expect(sample.verdict == .error)
  }
}
