import Benches
import Glibc
import HostRig
public import Planning
import Rig
import Scenarios
import Verdicts

/// Asks for the serial number of one position after the other, before anything is switched. A scanner that
/// is plugged in as a keyboard types a code and the line end.
public struct UnitScan {
  /// What was scanned.
  public struct Outcome: Sendable {
    public var serials: [(position: String, serial: String)]
    /// Positions whose sockets are empty.
    public var leftOut: [String]
  }

  /// Why there is no outcome.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input is no terminal at which a person can answer.
    case nobodyThere
    /// The input ended before every position was asked for.
    case ended(before: String)
    /// A signal came before every position was asked for.
    case interrupted(by: Int32, before: String)
    /// The terminal cannot be used.
    case unusable(String)

    public var description: String {
      switch self {
      case .nobodyThere:
        "--scan-serials asks at the terminal, and standard input is none; give --serial or --serials instead"
      case .ended(let position):
        "the input ended before the serial number of \(position) was scanned; nothing was switched"
      case .interrupted(let signal, let position):
        "interrupted by \(Self.name(of: signal)) before the serial number of \(position) was scanned; nothing was switched"
      case .unusable(let reason): "--scan-serials cannot ask: \(reason)"
      }
    }

    /// The signal that ended it; nil where none did.
    public var signal: Int32? { if case .interrupted(let signal, _) = self { signal } else { nil } }

    private static func name(of signal: Int32) -> String {
      [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? "signal \(signal)"
    }
  }

  private let plan: Plan
  private let history: UnitHistory?
  private let read: () -> PromptInput.Answer
  private let write: (String) -> Void

  /// A scan at the terminal of this process.
  ///
  /// - Parameters:
  ///   - plan: whose positions are asked for.
  ///   - history: knows the earlier runs of a meter; nil where nobody is to be asked.
  /// - Throws: ``Failure`` where there is no terminal.
  public init(_ plan: Plan, history: UnitHistory?) throws(Failure) {
    guard Terminal.canAnswerAtStandardInput else { throw .nobodyThere }
    let input: PromptInput
    do { input = try PromptInput() } catch { throw .unusable(error.text) }
    self.init(
      plan,
      history: history,
      read: { input.next() },
      write: { text in
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
      }
    )
  }

  /// A scan of any lines.
  ///
  /// - Parameters:
  ///   - plan: whose positions are asked for.
  ///   - history: knows the earlier runs of a meter.
  ///   - read: waits for what the person says.
  ///   - write: shows a text to the person.
  init(
    _ plan: Plan,
    history: UnitHistory?,
    read: @escaping () -> PromptInput.Answer,
    write: @escaping (String) -> Void
  ) {
    self.plan = plan
    self.history = history
    self.read = read
    self.write = write
  }

  /// Asks for every position of the plan whose meter is not named yet.
  ///
  /// A code that cannot be a serial number of the scenario, that another position holds already, or whose meter the
  /// scenario tests no more is refused at once and asked for again. `skip`, in capitals or not, leaves the position
  /// out; an empty line is nothing, for some scanners end a code with two line ends.
  public func run() throws(Failure) -> Outcome {
    var outcome = Outcome(serials: [], leftOut: [])
    var holders: [SerialNumber: String] = [:]
    for planned in plan.positions {
      if let expected = planned.expected { holders[expected.serialNumber] = planned.position.name }
    }
    for planned in plan.activePositions where planned.expected == nil {
      let name = planned.position.name
      guard let label = try label(of: name, holders) else {
        outcome.leftOut.append(name)
        continue
      }
      holders[label.number] = name
      outcome.serials.append((name, label.text))
    }
    return outcome
  }

  /// A serial number that will do; nil where the position is left out.
  private func label(
    of position: String,
    _ holders: [SerialNumber: String]
  ) throws(Failure) -> (text: String, number: SerialNumber)? {
    while true {
      write("serial number of \(position), or skip: ")
      let text: String
      switch read() {
      case .line(let line): text = Self.code(in: line)
      case .ended:
        write("\n")
        throw .ended(before: position)
      case .signal(let signal):
        write("\n")
        throw .interrupted(by: signal, before: position)
      }
      guard !text.isEmpty else { continue }
      // Code 39 has capitals only.
      if text.lowercased() == "skip" {
        write("  \(position) is left out\n")
        return nil
      }
      do throws(SerialNumberProblem) {
        let number = try plan.scenario.serialNumbers.reported(from: text)
        if let holder = holders[number] {
          write("  refused: \(text) is in \(holder) already; scan the meter in \(position)\n")
        } else if let refusal = refusal(of: number) {
          write("  refused: \(refusal); put in another meter and scan that, or skip\n")
        } else {
          write("  \(position) holds \(text)\n")
          return (text, number)
        }
      } catch {
        write("  refused: \(error); scan it again\n")
      }
    }
  }

  /// Why the scenario tests a meter no more; nil where it does, or where only the run can tell: it asks again.
  private func refusal(of number: SerialNumber) -> String? {
    guard let history, let rig = plan.bench.declaredRig,
      let runs = try? history.earlierRuns(number, rig.rawValue)
    else { return nil }
    return plan.scenario.serialNumbers.rulings(on: number, after: runs).refusal
  }

  /// What a scanner typed, without the characters that some send around a code.
  private static func code(in line: String) -> String {
    func isAround(_ character: Character) -> Bool {
      character.isWhitespace || character.unicodeScalars.allSatisfy { $0.value < 0x20 }
    }
    var text = line.drop(while: isAround)
    while let last = text.last, isAround(last) { text.removeLast() }
    return String(text)
  }
}

extension Bench {
  /// Whether the rig is real, where the file alone tells; nil where that shows when the rig is opened.
  fileprivate var declaredRig: RigKind? {
    let isServed = chips.contains { if case .twin = $0.identity { true } else { false } }
    if twin != nil || isServed { return .twin }
    // Behind a device file or a TCP port a simulation may answer.
    let areWired = buses.allSatisfy { bus in
      guard case .adapter(let name) = bus.connection,
        let adapter = adapters.first(where: { $0.name == name })
      else { return false }
      if case .path = adapter.identity { return false }
      return true
    }
    return areWired ? .host : nil
  }
}
