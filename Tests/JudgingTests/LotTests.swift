import Quantities
import RunRecord
import Testing
import Verdicts

@testable import Judging

@Suite("Lots and their samples")
struct LotTests {
  private static let plan = SamplingPlan(
    name: "p",
    title: "a plan",
    source: "nowhere",
    isCertain: true,
    rows: [.init(below: 10, sample: 3, accept: 0), .init(below: nil, sample: 5, accept: 1)]
  )

  /// A run of one meter that told its serial number, and passed or did not.
  private func run(
    _ serial: String?,
    _ verdict: Verdict,
    rig: String = "host",
    scenario: String = "text",
    name: String = "r"
  ) -> JudgedRun {
    let origin = Rule.Origin(file: "s.yaml", line: 1, column: 1)
    func source(_ text: String) -> RunStarted.SourceText { .init(path: "f", text: text) }
    let start = RunStarted(
      tool: "meterbench",
      run: name,
      rig: rig,
      host: "h",
      wallTime: "2026-01-05T09:00:00.000Z",
      wallClockIsSynchronised: true,
      bench: source("bench"),
      scenario: source(scenario),
      profiles: [],
      scenarioName: "s",
      benchName: "b",
      parameters: []
    )
    let step = JudgedStep(
      step: RecordedPlan.Step(
        id: "identify",
        verb: "identify",
        isFinally: false,
        origin: origin,
        rules: [],
        predictedSeconds: 0,
        notApplicable: []
      ),
      verdict: .passed,
      findings: [],
      remarks: [],
      measurements: serial.map {
        [Measurement(id: "serial-number", value: .text($0), from: .zero)]
      } ?? []
    )
    let position = JudgedPosition(
      position: RecordedPlan.Position(
        name: "A1",
        profile: "p",
        variant: nil,
        bus: "dut",
        address: 1,
        notApplicable: nil
      ),
      verdict: verdict,
      remarks: [],
      steps: [step]
    )
    return JudgedRun(
      start: start,
      positions: [position],
      verdict: verdict,
      remarks: [],
      warnings: [],
      notes: [],
      buses: [],
      end: nil,
      from: .zero,
      to: .zero
    )
  }

  @Test(
    "The sample follows from the lot's size, and is never larger than the lot",
    arguments: [(1, 1, 0), (2, 2, 0), (9, 3, 0), (10, 5, 1), (100_000, 5, 1)]
  )
  func rows(size: Int, sample: Int, accept: Int) throws {
    let row = try #require(Self.plan.row(forLot: size))
    #expect(row.sample == sample)
    #expect(row.accept == accept)
    #expect(Self.plan.row(forLot: 0) == nil)
  }

  @Test("A lot that is tested whole is accepted without any nonconforming meter only")
  func whole() throws {
    let plan = SamplingPlan(
      name: "p",
      title: "a plan",
      source: "nowhere",
      isCertain: true,
      rows: [.init(below: nil, sample: 5, accept: 2)]
    )
    let row = try #require(plan.row(forLot: 4))
    #expect(row.sample == 4)
    #expect(row.accept == 0)
    let runs = ["1", "2", "3"].map { run($0, .passed) } + [run("4", .failed)]
    #expect(try LotJudgement(lotSize: 4, plan: plan, runs: runs).outcome == .rejected)
  }

  @Test("What a meter failed stays failed where an error of the bench outranks it")
  func outranked() throws {
    var broken = run("1", .error)
    let rule = Rule(
      id: "error",
      measurement: "error",
      criterion: .within(lower: -1, upper: 1, dimension: .ratio),
      decision: .standard,
      text: "error",
      origin: Rule.Origin(file: "s.yaml", line: 1, column: 1)
    )
    broken.positions[0].steps[0].findings = [
      Finding(rule: rule, verdict: .failed, reason: Reason(.limit, "too much"))
    ]
    let runs = [broken, run("1", .passed)]
    #expect(try LotJudgement(lotSize: 9, plan: Self.plan, runs: runs).nonconforming == 1)
    // Without a name it would be forgotten.
    broken.positions[0].steps[0].measurements = []
    #expect(throws: LotJudgement.Refusal.self) {
      try LotJudgement(lotSize: 9, plan: Self.plan, runs: [broken, run("1", .passed)])
    }
  }

  @Test("One meter in two sockets of a run is refused")
  func twoSockets() {
    var both = run("1", .passed)
    both.positions += both.positions
    #expect(throws: LotJudgement.Refusal.self) {
      try LotJudgement(lotSize: 9, plan: Self.plan, runs: [both])
    }
  }

  @Test("A lot is accepted only when every meter of its sample is decided")
  func accepted() throws {
    let two = [run("1", .passed), run("2", .passed)]
    #expect(try LotJudgement(lotSize: 9, plan: Self.plan, runs: two).outcome == .open)
    let three = two + [run("3", .passed)]
    #expect(try LotJudgement(lotSize: 9, plan: Self.plan, runs: three).outcome == .accepted)
    for verdict in [Verdict.inconclusive, .error, .skipped] {
      let open = two + [run("3", verdict)]
      #expect(try LotJudgement(lotSize: 9, plan: Self.plan, runs: open).outcome == .open)
    }
  }

  @Test("One nonconforming meter more than the plan allows rejects the lot at once")
  func rejected() throws {
    #expect(
      try LotJudgement(lotSize: 9, plan: Self.plan, runs: [run("1", .failed)]).outcome == .rejected
    )
    let one = ["1", "2", "3", "4"].map { run($0, .passed) } + [run("5", .failed)]
    #expect(try LotJudgement(lotSize: 50, plan: Self.plan, runs: one).outcome == .accepted)
    let two = [run("1", .failed), run("2", .failed)]
    #expect(try LotJudgement(lotSize: 50, plan: Self.plan, runs: two).outcome == .rejected)
  }

  @Test("Testing again until it passes makes no meter conforming, and no two of one")
  func again() throws {
    let runs = [run("1", .failed), run("1", .passed), run("1", .passed)]
    let lot = try LotJudgement(lotSize: 50, plan: Self.plan, runs: runs)
    #expect(lot.meters.count == 1)
    #expect(lot.nonconforming == 1)
    #expect(lot.conforming == 0)
    // What decided nothing may be tested again.
    let open = [run("1", .inconclusive), run("1", .passed)]
    #expect(try LotJudgement(lotSize: 50, plan: Self.plan, runs: open).conforming == 1)
  }

  @Test("Runs that are no sample are refused")
  func refused() {
    func refuses(_ runs: [JudgedRun], lot: Int = 50) -> Bool {
      (try? LotJudgement(lotSize: lot, plan: Self.plan, runs: runs)) == nil
    }
    #expect(refuses([run("1", .passed), run("2", .passed, rig: "twin")]))
    #expect(refuses([run("1", .passed), run("2", .passed, scenario: "other")]))
    #expect(refuses([run(nil, .passed)]))
    #expect(refuses([run(nil, .failed)]))
    // A meter that never answered has no name, and is not taken for a good one.
    #expect(!refuses([run(nil, .error)]))
    #expect(refuses((1...6).map { run("\($0)", .passed) }))
    #expect(refuses([], lot: 0))
  }

  @Test("Runs in which known-good meters judge the bench are no sample")
  func benchRuns() {
    var run = run("1", .passed)
    run.judgesBench = true
    #expect {
      _ = try LotJudgement(lotSize: 5, plan: Self.plan, runs: [run])
    } throws: { "\($0)".contains("subject: bench") }
  }
}
