import Benches
import Glibc
import HostRig
import Judging
public import Planning
import Rig
public import RunRecord
import Scenarios
import Verdicts

/// Tells the person at the terminal what a run is doing: a line when a step begins that takes a
/// while, and one with every position's verdict when it is done.
public final class Progress: Sendable {
  private struct State {
    var judge = Judge()
    var ended: [String: Int] = [:]
    var started: Set<String> = []
  }

  private let state = Locked(State())
  private let total: Int
  private let numbers: [String: Int]
  private let durations: [String: Duration]
  private let positions: [String]
  private let announces: Bool
  private let printer: LinePrinter

  /// Progress of a plan.
  public init(_ plan: Plan) {
    let steps = plan.steps + plan.finally
    total = steps.count
    numbers = Dictionary(uniqueKeysWithValues: steps.enumerated().map { ($1.step.id, $0 + 1) })
    durations = Dictionary(uniqueKeysWithValues: steps.map { ($0.step.id, $0.predictedDuration) })
    positions = plan.activePositions.map(\.position.name)
    announces = plan.bench.twin == nil
    printer = LinePrinter(descriptor: STDERR_FILENO)
  }

  /// Takes the next event.
  public func take(_ event: RecordedEvent) {
    let lines = state.withLock { state -> [String] in
      state.judge.take(event)
      switch event.event {
      case .stepStarted(let mark):
        guard announces, state.started.insert(mark.step).inserted else { return [] }
        let time = durations[mark.step] ?? .zero
        return ["\(head(mark.step)) … about \(PlanText.duration(time))"]
      case .stepEnded(let end):
        state.ended[end.step, default: 0] += 1
        guard state.ended[end.step] == positions.count else { return [] }
        let verdicts = positions.map { position in
          "\(position) \(Self.word(state.judge.verdict(of: end.step, on: position)))"
        }
        return ["\(head(end.step))  \(verdicts.joined(separator: "  "))"]
      default: return []
      }
    }
    for line in lines { printer.print(line) }
  }

  /// Waits a moment for the last lines to be taken by whoever reads them.
  public func finish() { printer.finish(within: .milliseconds(500)) }

  private func head(_ step: String) -> String {
    "[\("\(numbers[step] ?? 0)".padded(to: "\(total)".count, left: true))/\(total)] \(step)"
  }

  private static func word(_ verdict: Verdict) -> String {
    switch verdict {
    case .passed: "pass"
    case .failed: "FAIL"
    case .error: "ERROR"
    case .inconclusive: "OPEN"
    case .skipped: "skipped"
    case .notApplicable: "n/a"
    }
  }
}
