/// What the runs of a selection say together. Real and simulated runs, and runs of known-good meters and others, are
/// never in one.
public struct Statistics: Hashable, Sendable, Encodable {
  /// What tests may be grouped by.
  public enum Grouping: String, Sendable, CaseIterable {
    case profile, firmware, bench, position
  }

  /// Whose runs.
  public struct Subject: Hashable, Sendable {
    /// `host` or `twin`.
    public var rig: String
    /// Whether known-good meters judged the bench.
    public var judgesBench: Bool

    /// Whose runs.
    public init(rig: String, judgesBench: Bool) {
      (self.rig, self.judgesBench) = (rig, judgesBench)
    }
  }

  public var rig: String
  public var judgesBench: Bool
  public var runs: Int
  /// All tests first, then each group by its name.
  public var yields: [YieldGroup]
  /// Failures of meters, and what kept meters from being decided.
  public var failures: [ParetoRow]
  public var obstacles: [ParetoRow]
  public var measurements: [MeasurementStatistics]
  public var drifts: [PositionDrift]
}

extension History {
  /// The statistics of a selection.
  ///
  /// - Parameters:
  ///   - subject: whose runs; it overrides what the selection says of rig and subject.
  ///   - groupings: what tests of one group have in common.
  ///   - takesRepeats: whether every value of a meter counts, and not its first alone.
  public func statistics(
    _ selection: Selection = Selection(),
    of subject: Statistics.Subject,
    by groupings: [Statistics.Grouping] = [],
    takesRepeats: Bool = false
  ) throws(HistoryError) -> Statistics {
    var selection = selection
    (selection.rig, selection.judgesBench) = (subject.rig, subject.judgesBench)
    let sample = try sample(selection)
    let groups = sample.groups(by: groupings)
    return Statistics(
      rig: subject.rig,
      judgesBench: subject.judgesBench,
      runs: sample.runs,
      yields: [YieldGroup("", sample.meters)]
        + (groupings.isEmpty ? [] : groups.map { YieldGroup($0.name, $0.sample.meters) }),
      failures: ParetoRow.failures(sample.meters),
      obstacles: ParetoRow.obstacles(sample.meters),
      measurements: groups.flatMap { name, group in
        ValueSeries.all(group).compactMap {
          MeasurementStatistics($0, name, group.meters, takesRepeats: takesRepeats)
        }
      },
      drifts: PositionDrift.all(ValueSeries.all(sample), sample.meters)
    )
  }
}

extension HistorySample {
  /// The sample by what meters have in common, by name; all of it where nothing is asked for.
  fileprivate func groups(
    by groupings: [Statistics.Grouping]
  ) -> [(name: String, sample: HistorySample)] {
    var groups: [String: HistorySample] = [:]
    for meter in meters {
      let name = groupings.map { "\($0.rawValue) \(meter.common($0))" }.joined(separator: ", ")
      groups[name, default: HistorySample()].meters.append(meter)
    }
    return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension TestedMeter {
  fileprivate func common(_ grouping: Statistics.Grouping) -> String {
    switch grouping {
    case .profile: profile
    case .firmware: firmware ?? "not told"
    case .bench: bench
    case .position: position
    }
  }
}
