import Quantities
import RunRecord
public import Verdicts

/// A plan for the acceptance of a lot by a sample: how many meters are tested, and how many of them may be
/// nonconforming.
public struct SamplingPlan: Hashable, Sendable {
  public var name: String
  public var title: String
  /// Where its numbers stand.
  public var source: String
  /// Whether they were seen there.
  public var isCertain: Bool
  /// By lot size, the smallest first.
  public var rows: [Row]

  /// What holds for lots of some sizes.
  public struct Row: Hashable, Sendable {
    /// The first lot size that it no longer holds for; nil where there is none.
    public var below: Int?
    public var sample: Int
    /// The acceptance number: the most nonconforming meters with which the lot is accepted.
    public var accept: Int

    /// What holds for lots of some sizes.
    public init(below: Int?, sample: Int, accept: Int) {
      self.below = below
      self.sample = sample
      self.accept = accept
    }
  }

  /// A plan.
  public init(name: String, title: String, source: String, isCertain: Bool, rows: [Row]) {
    self.name = name
    self.title = title
    self.source = source
    self.isCertain = isCertain
    self.rows = rows
  }

  /// The sample and the acceptance number for a lot. Where the sample would be as large as the lot, every meter of
  /// it is tested, and none may be nonconforming: an acceptance number speaks of meters that nobody tested.
  public func row(forLot size: Int) -> Row? {
    guard size > 0, var row = rows.first(where: { $0.below.map { size < $0 } ?? true }) else {
      return nil
    }
    if row.sample >= size { (row.sample, row.accept) = (size, 0) }
    return row
  }
}

/// What the runs of a sample say of its lot.
public struct LotJudgement: Sendable {
  /// A meter of the sample.
  public struct Meter: Hashable, Sendable {
    public var serial: String
    public var verdict: Verdict
    /// The runs that it was in.
    public var runs: [String]
  }

  /// What becomes of the lot.
  public enum Outcome: String, Sendable {
    case accepted, rejected
    /// Meters are missing, or some are not decided.
    case open
  }

  /// Why records cannot stand for one sample.
  public struct Refusal: Error, CustomStringConvertible {
    public var description: String
  }

  public let lotSize: Int
  public let plan: SamplingPlan
  public let row: SamplingPlan.Row
  /// By serial number.
  public let meters: [Meter]
  /// Whether any run was simulated.
  public let isTwin: Bool

  /// Judges the runs of a sample.
  ///
  /// A meter is known by the serial number that it told in an `identify` step, and counts once. One that failed in
  /// any run is nonconforming, whatever it did in another: testing again until it passes proves nothing. What is
  /// inconclusive, or an error of the bench, decides nothing.
  ///
  /// - Throws: ``Refusal`` where the runs are of different scenarios or profiles, where real runs and simulated ones are
  ///   mixed, where a meter told no serial number, or where there are more meters than the sample has.
  public init(lotSize: Int, plan: SamplingPlan, runs: [JudgedRun]) throws(Refusal) {
    guard let row = plan.row(forLot: lotSize) else {
      throw Refusal(description: "a lot has at least one meter, not \(lotSize)")
    }
    (self.lotSize, self.plan, self.row) = (lotSize, plan, row)
    let starts = runs.compactMap(\.start)
    guard starts.count == runs.count else {
      throw Refusal(description: "a record does not say what was run")
    }
    if let first = starts.first,
      let other = starts.first(where: {
        $0.scenario.text != first.scenario.text || $0.parameters != first.parameters
          || $0.included?.map(\.text) != first.included?.map(\.text)
          || Set($0.profiles.map(\.text)) != Set(first.profiles.map(\.text))
      })
    {
      throw Refusal(
        description:
          "runs \(first.run) and \(other.run) are not of the same scenario and profiles with the same parameters, so they are no sample"
      )
    }
    let rigs = Set(starts.map(\.rig))
    guard rigs.count <= 1 else {
      throw Refusal(description: "some runs are real and some simulated, so they are no sample")
    }
    isTwin = rigs.first.map { $0 != "host" } ?? false
    var found: [String: Meter] = [:]
    for run in runs {
      let name = run.start?.run ?? ""
      var present: Set<String> = []
      for position in run.positions where position.verdict != .notApplicable {
        guard let serial = position.identity.first(where: { $0.name == "serial-number" })?.text
        else {
          // One that never answered has no name; it decides nothing, and the sample waits for it.
          guard position.verdict >= .inconclusive, !position.hasFailure else {
            throw Refusal(
              description:
                "the meter of position \(position.position.name) in run \(name) told no serial number, so nobody knows whether it counts twice; add 'identify: { serial-number: any }'"
            )
          }
          continue
        }
        let verdict = position.hasFailure ? .failed : position.verdict
        var meter = found[serial] ?? Meter(serial: serial, verdict: verdict, runs: [])
        guard present.insert(serial).inserted else {
          throw Refusal(
            description:
              "two positions of run \(name) told serial number \(serial), and no meter sits in two sockets"
          )
        }
        meter.runs.append(name)
        meter.verdict = Self.merged(meter.verdict, verdict)
        found[serial] = meter
      }
    }
    meters = found.values.sorted { $0.serial < $1.serial }
    guard meters.count <= row.sample else {
      throw Refusal(
        description:
          "the plan takes \(row.sample) meters out of a lot of \(lotSize), and there are \(meters.count); a sample is chosen before it is tested"
      )
    }
  }

  /// A failure stays, whatever else befell its run; what was once decided is not undone by a run that decided nothing.
  private static func merged(_ first: Verdict, _ second: Verdict) -> Verdict {
    if first == .failed || second == .failed { return .failed }
    if first == .passed || second == .passed { return .passed }
    return max(first, second)
  }

  public var conforming: Int { meters.count { $0.verdict == .passed } }
  public var nonconforming: Int { meters.count { $0.verdict == .failed } }
  /// Meters of the sample that no run decided.
  public var undecided: [Meter] { meters.filter { $0.verdict != .passed && $0.verdict != .failed } }

  public var outcome: Outcome {
    if nonconforming > row.accept { return .rejected }
    return conforming + nonconforming == row.sample ? .accepted : .open
  }
}
