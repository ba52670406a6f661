import GRDB
import Quantities
import Verdicts

/// A meter that was tested in a run.
struct TestedMeter: Hashable, Sendable {
  /// What the meter's test says of the meter.
  enum Outcome: Hashable, Sendable {
    case passed, failed
    /// Nothing: the bench failed, or nothing was shown.
    case undecided(Verdict)
  }

  /// A meter, known by what it told.
  struct Unit: Hashable, Sendable {
    var profile: String
    var serial: String
  }

  var run: String
  /// Days since 1970-01-01T00:00Z; nil where the record's time is none.
  var day: Double?
  var scenario: String
  var bench: String
  var position: String
  var profile: String
  /// Nil where the meter told no serial number.
  var unit: Unit?
  var firmware: String?
  var outcome: Outcome
  var findings: [FindingEntry] = []
}

/// What statistics are made of: the meters that a selection means, in the order of time.
struct HistorySample: Sendable {
  var runs = 0
  var meters: [TestedMeter] = []

  /// A failed rule counts even where an error of the bench outranks it; an error alone is no meter's failure.
  static func outcome(_ verdict: Verdict, hasFailure: Bool) -> TestedMeter.Outcome {
    if hasFailure || verdict == .failed { return .failed }
    return verdict == .passed ? .passed : .undecided(verdict)
  }
}

extension History {
  /// The meters that a selection means, the oldest first, in the order of the bench and of the plan; positions that
  /// took no part are none.
  func sample(_ selection: Selection) throws(HistoryError) -> HistorySample {
    let (condition, arguments) = selection.ofPositions
    let meters = "runs JOIN positions ON positions.runID = runs.id WHERE \(condition)"
    return try read { database in
      var sample = HistorySample()
      var index: [Int64: Int] = [:]
      var last: String?
      var rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT positions.id, runs.run, runs.wallTime, runs.scenario, runs.bench, positions.name, positions.profile,
            positions.serial, positions.firmware, positions.verdict, positions.hasFailure
          FROM \(meters) AND positions.verdict <> 'not-applicable'
          ORDER BY runs.wallTime, runs.run, positions.id
          """,
        arguments: arguments
      )
      while let row = try rows.next() {
        let run: String = row[1]
        if run != last { sample.runs += 1 }
        last = run
        index[row[0]] = sample.meters.count
        let profile: String = row[6]
        sample.meters.append(
          TestedMeter(
            run: run,
            day: UTC.milliseconds(parsing: row[2]).map { Double($0) / 86_400_000 },
            scenario: row[3],
            bench: row[4],
            position: row[5],
            profile: profile,
            unit: (row[7] as String?).map { TestedMeter.Unit(profile: profile, serial: $0) },
            firmware: row[8],
            outcome: HistorySample.outcome(Self.verdict(row[9]), hasFailure: row[10])
          )
        )
      }
      rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT \(Self.findingColumns), findings.positionID FROM findings
          WHERE findings.positionID IN (SELECT positions.id FROM \(meters))
            AND (findings.value IS NOT NULL OR findings.verdict NOT IN ('passed', 'not-applicable', 'skipped'))
          ORDER BY findings.id
          """,
        arguments: arguments
      )
      while let row = try rows.next() {
        guard let meter = index[row[18]] else { continue }
        sample.meters[meter].findings.append(FindingEntry(row))
      }
      return sample
    }
  }
}
