import Benches
import Glibc
import HostRig
import Judging
public import Planning
import Quantities
import Reports
import Rig
public import RunRecord
import Verdicts

/// Tells the person at the terminal what a run is doing.
public final class Progress: Sendable {
  /// How it is told.
  public enum Style: Hashable, Sendable {
    /// A line when a step begins that takes a while, and one with every position's verdict when it is done.
    case lines
    /// A line for each position, drawn over again.
    case block(coloured: Bool)
  }

  private struct State {
    var judge = Judge()
    var block = LiveBlock()
    var started: Set<String> = []
    var last = Instant.zero
  }

  /// Where the lines go.
  private enum Place {
    case lines(LinePrinter)
    case block(LiveScreen)
  }

  private let state: Locked<State>
  private let positions: [String]
  private let announces: Bool
  private let place: Place

  /// Progress of a plan.
  public init(_ plan: Plan, style: Style) {
    positions = plan.activePositions.map(\.position.name)
    let isVirtual = plan.bench.twin != nil
    announces = !isVirtual
    let state = Locked(State())
    self.state = state
    switch style {
    case .lines: place = .lines(LinePrinter(descriptor: STDERR_FILENO))
    case .block(let isColoured):
      let screen = LiveScreen(descriptor: STDERR_FILENO) { columns, rows in
        state.withLock { state in
          state.block.lines(
            at: isVirtual ? state.last : HostClock.now,
            width: columns,
            height: rows,
            style: isColoured ? .ansi : .plain
          )
        }
      }
      place = .block(screen)
    }
  }

  /// Takes the next event.
  public func take(_ event: RecordedEvent) {
    let line = state.withLock { state -> String? in
      state.judge.take(event)
      state.last = event.at
      let judge = state.judge
      state.block.take(event) { judge.verdict(of: $0, on: $1) }
      return text(for: event, &state)
    }
    switch place {
    case .lines(let printer): if let line { printer.print(line) }
    case .block(let screen): screen.refresh()
    }
  }

  /// Waits a moment for the last lines to be taken by whoever reads them.
  public func finish() {
    switch place {
    case .lines(let printer): printer.finish(within: .milliseconds(500))
    case .block(let screen): screen.finish(within: .milliseconds(500))
    }
  }

  private func text(for event: RecordedEvent, _ state: inout State) -> String? {
    let timetable = state.block.timetable
    switch event.event {
    case .stepStarted(let mark):
      guard announces, state.started.insert(mark.step).inserted else { return nil }
      let time = PlanText.duration(timetable.predicted(mark.step))
      return "\(head(mark.step, timetable)) … about \(time)"
    case .stepEnded(let end):
      guard timetable.isOver(end.step) else { return nil }
      let verdicts = positions.map { position in
        "\(position) \(Self.word(state.judge.verdict(of: end.step, on: position)))"
      }
      let rest = timetable.remaining(at: event.at)
      let left = rest < .seconds(1) ? "" : "  about \(PlanText.duration(rest)) left"
      return "\(head(end.step, timetable))  \(verdicts.joined(separator: "  "))\(left)"
    default: return nil
    }
  }

  private func head(_ step: String, _ timetable: RunTimetable) -> String {
    let number = "\(timetable.number(of: step) ?? 0)"
    return
      "[\(number.padded(to: "\(timetable.count)".count, left: true))/\(timetable.count)] \(step)"
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
