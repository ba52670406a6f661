import Judging
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("Exit status")
struct ExitStatusTests {
  private func run(
    error: Double = 0.001,
    observed: [(Reason.Kind, String)] = [],
    how: RunEnd.How = .completed,
    outputsSafe: Bool = true
  ) -> JudgedRun {
    var fixture = Fixture()
    fixture.runAll(error: error, observed: observed)
    fixture.end = RunEnd(how: how, outputsSafe: outputsSafe)
    return fixture.judged
  }

  @Test("0 stands for a passed run and for nothing else")
  func verdicts() {
    #expect(ExitStatus.of(run()) == 0)
    #expect(ExitStatus.of(run(error: 0.0081)) == 1)
    #expect(ExitStatus.of(run(error: 0.0048)) == 4)
    #expect(ExitStatus.of(run(error: .nan)) == 3)
    #expect(ExitStatus.of(run(outputsSafe: false)) == 3)
    #expect(ExitStatus.of(Judge().judged()) == 3)
  }

  @Test("an error outranks a failed rule")
  func errorAndFailure() {
    #expect(ExitStatus.of(run(error: 0.0081, observed: [(.bench, "the adapter is gone")])) == 3)
  }

  @Test("a run with nothing to judge is not a success")
  func nothing() {
    var empty = Fixture()
    empty.positions = [Fixture.position("A1", notApplicable: "empty")]
    #expect(ExitStatus.of(empty.judged) == 4)
    empty.positions = []
    #expect(ExitStatus.of(empty.judged) == 4)
    var skipped = Fixture()
    skipped.steps.removeLast()
    #expect(ExitStatus.of(skipped.judged) == 4)
  }

  @Test("an interrupted run answers with its signal", arguments: [(2, 130), (15, 143)])
  func signals(signal: Int32, status: Int32) {
    #expect(ExitStatus.of(run(how: .interrupted), signal: signal) == status)
  }

  @Test("a signal hides neither unsafe outputs nor the verdict of a completed run")
  func signalHidesNothing() {
    #expect(ExitStatus.of(run(how: .interrupted, outputsSafe: false), signal: 2) == 3)
    #expect(ExitStatus.of(run(error: 0.0081), signal: 2) == 1)
    #expect(ExitStatus.of(run(), signal: 15) == 0)
    #expect(ExitStatus.of(run(how: .interrupted)) == 4)
    #expect(ExitStatus.of(run(how: .interrupted), signal: 0) == 4)
  }
}
