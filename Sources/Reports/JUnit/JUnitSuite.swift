import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// One suite of a JUnit document: a position, or the run where no position takes part.
struct JUnitSuite {
  /// `<scenario>.<position>`; the class name of its cases too.
  var name: String
  var timestamp: WallTime?
  var duration: Duration
  var properties: [(name: String, value: String)]
  /// Never empty; names are unique.
  var cases: [JUnitCase]
  /// The lines of its output.
  var output: [String]

  func count(_ element: JUnitCase.Element) -> Int {
    cases.count { $0.result?.element == element }
  }

  /// The suites of a run; never none.
  static func suites(_ run: JudgedRun, record: JUnitReport.Record?) -> [JUnitSuite] {
    var names = JUnitNames()
    let scenario = JUnitNames.component(run.start?.scenarioName ?? "unknown scenario")
    var suites = run.positions.map { position in
      suite(
        position,
        of: run,
        named: names.unique("\(scenario).\(JUnitNames.component(position.position.name))"),
        record: record
      )
    }
    if run.positions.allSatisfy({ $0.verdict == .notApplicable }) {
      suites.append(
        JUnitSuite(
          name: names.unique("\(scenario).run"),
          timestamp: run.wallTime(run.from),
          duration: run.duration,
          properties: run.properties(record: record),
          cases: complete(
            JUnitCase.cases(named: "run", run.remarks),
            for: run.verdict,
            named: "run"
          ),
          output: run.output(run.verdict, notes: run.notes)
        )
      )
    }
    return suites
  }

  private static func suite(
    _ position: JudgedPosition,
    of run: JudgedRun,
    named name: String,
    record: JUnitReport.Record?
  ) -> JUnitSuite {
    let takesPart = position.verdict != .notApplicable
    // Steps of a position that takes no part are worth a case only where one ran after all.
    var cases = position.steps.filter { takesPart || $0.verdict != .notApplicable }
      .flatMap(JUnitCase.cases)
    cases += JUnitCase.cases(named: "position", position.remarks)
    if takesPart { cases += JUnitCase.cases(named: "run", run.remarks) }
    let began = position.steps.compactMap(\.from).min()
    let ended = position.steps.compactMap(\.to).max()
    return JUnitSuite(
      name: name,
      timestamp: run.wallTime(began ?? run.from),
      duration: began.flatMap { began in ended.map { max(.zero, $0.duration(since: began)) } }
        ?? .zero,
      properties: position.properties + run.properties(record: record),
      cases: complete(cases, for: position.verdict, named: "position"),
      output: run.output(
        position.verdict,
        notes: run.notes.filter { $0.position == nil || $0.position == position.position.name }
      )
    )
  }

  /// The cases with unique names, and one more where they would look better than the verdict:
  /// counters and exit status may never disagree with it.
  private static func complete(
    _ cases: [JUnitCase],
    for verdict: Verdict,
    named name: String
  ) -> [JUnitCase] {
    let elements = cases.compactMap(\.result?.element)
    let isShown =
      switch verdict {
      case .passed: !cases.isEmpty
      case .failed: elements.contains(.failure)
      case .error, .inconclusive:
        elements.contains(.error) || verdict == .inconclusive && elements.contains(.skipped)
      case .skipped, .notApplicable: elements.contains(.skipped)
      }
    var cases = cases
    if !isShown {
      cases.append(
        JUnitCase(
          name: name,
          result: JUnitCase.Result(
            verdict,
            .noRule,
            "no step and no rule of the record says why this is \(verdict.rawValue)",
            details: []
          )
        )
      )
    }
    var names = JUnitNames()
    for index in cases.indices {
      cases[index].name = names.unique(JUnitNames.title(cases[index].name))
    }
    return cases
  }
}

extension JudgedRun {
  fileprivate func properties(record: JUnitReport.Record?) -> [(name: String, value: String)] {
    var properties = [("rig", rig)]
    if let start {
      properties += [
        ("run", start.run), ("tool", start.tool), ("host", start.host),
        ("bench", start.benchName), ("bench.file", start.bench.path),
        ("scenario", start.scenarioName), ("scenario.file", start.scenario.path),
      ]
      properties += start.parameters.map { ("parameter.\($0.name)", $0.value) }
      if !start.wallClockIsSynchronised { properties.append(("clock", "not synchronised")) }
    }
    if let record { properties.append(("record", record.path)) }
    if let seal = record?.seal { properties.append(("record.seal", seal)) }
    return properties
  }

  fileprivate func output(_ verdict: Verdict, notes: [Note]) -> [String] {
    var lines = ["rig: \(rig)"]
    if let rigWarning { lines.append(rigWarning) }
    lines.append("verdict: \(verdict.rawValue)")
    lines += warnings.map { "warning: \($0)" }
    lines += notes.map { note in "note: \(note.step.map { "\($0): " } ?? "")\(note.text)" }
    return lines
  }
}

extension JudgedPosition {
  fileprivate var properties: [(name: String, value: String)] {
    var properties = [
      ("position", position.name), ("profile", position.profile),
      ("bus", position.bus), ("address", "\(position.address)"),
    ]
    if let variant = position.variant { properties.append(("variant", variant)) }
    var names = JUnitNames()
    var seen: [(String, String)] = []
    // A meter that is asked twice and says the same has said one thing.
    for (name, text) in identity where !seen.contains(where: { $0 == (name, text) }) {
      seen.append((name, text))
      properties.append((names.unique("dut.\(name)"), text))
    }
    if let expected = expectedSerialNumber {
      properties.append((names.unique("dut.expected-serial-number"), expected))
    }
    return properties
  }
}
