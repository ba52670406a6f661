import FoundationEssentials
import Glibc
import SimulatedMeasurements
import Verdicts

/// The Monte Carlo proof at full size: a table of coverage and false acceptance, and the plots of docs/metrology.md.
///
///     coverage [GATES] [FOLDER]
@main
enum Coverage {
  private static let limit = 0.005

  static func main() async throws {
    let arguments = CommandLine.arguments
    let gates = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 1_000_000
    guard gates >= 1000 else { fatalError("coverage: at least 1000 gates are needed") }
    let kinds = SimulatedGate.Kind.allCases
    // Of the gates, half say how well U covers, a quarter each stand at the limits.
    let each = gates / kinds.count
    var rows: [(kind: SimulatedGate.Kind, inside: Experiment, at: Experiment)] = []
    print(
      "| reference | gates | mean U | coverage of U | pass at the limit, w = U | pass at the limit, simple |"
    )
    print("|---|---|---|---|---|---|")
    for kind in kinds {
      let inside = try await measure(kind, truth: 0.004, times: each / 2, seed: 1)
      var border = try await measure(kind, truth: limit, times: each / 4, seed: 2)
      border.add(try await measure(kind, truth: -limit, times: each / 4, seed: 3))
      rows.append((kind, inside, border))
      print(
        "| \(kind.rawValue) | \(inside.count + border.count) | \(percent(inside.meanUncertainty, 4)) | \(percent(inside.coverage, 2)) | \(percent(border.share(passedBy: .standard), 2)) | \(percent(border.share(passedBy: .simple), 2)) |"
      )
    }
    let isSound = rows.allSatisfy {
      $0.inside.coverage >= 0.94 && $0.at.share(passedBy: .standard) < 0.025
    }
    if arguments.count > 2 { try await plot(gates, into: arguments[2]) }
    guard isSound else {
      print("coverage: a row is out of its bounds")
      exit(1)
    }
  }

  /// Spread over the processors; every part has its own seed, so the sum is the same on any machine.
  private static func measure(
    _ kind: SimulatedGate.Kind,
    truth: Double,
    times: Int,
    seed: UInt64
  ) async throws -> Experiment {
    let parts = 16
    return try await withThrowingTaskGroup(of: Experiment.self) { group in
      for part in 0..<parts {
        group.addTask {
          var experiment = Experiment()
          try experiment.run(
            SimulatedGate(kind, truth: truth),
            times: max(1, times / parts),
            limit: limit,
            seed: seed &* 1_000_003 &+ UInt64(part)
          )
          return experiment
        }
      }
      return try await group.reduce(into: Experiment()) { $0.add($1) }
    }
  }

  /// How often a meter passes, over its true error: the operating characteristic of the decision rules.
  private static func plot(_ gates: Int, into folder: String) async throws {
    let points = stride(from: 0.8, through: 1.2, by: 0.0125).map { $0 }
    var curves: [(name: String, dash: String, values: [Double])] = [
      ("guarded, w = U", "", []), ("simple", "6 4", []),
    ]
    for point in points {
      let found = try await measure(
        .calibratedPulses,
        truth: point * limit,
        times: max(1600, gates / 100),
        seed: UInt64(point * 10_000)
      )
      curves[0].values.append(found.share(passedBy: .standard))
      curves[1].values.append(found.share(passedBy: .simple))
    }
    let chart = Chart(
      title: "Share of meters that pass, over their true error",
      xLabel: "true error as a share of the limit",
      points: points,
      curves: curves,
      marks: [(1, "limit")]
    )
    try Data(chart.svg.utf8).write(to: URL(filePath: "\(folder)/decision-rules.svg"))
  }

  private static func percent(_ share: Double, _ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
    let whole = Int((share * 100 * scale).rounded())
    let digits = String(whole % Int(scale) + Int(scale)).dropFirst()
    return "\(whole / Int(scale)).\(digits) %"
  }
}
