import Benches
import Glibc
import HostRig
public import Planning
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

    public var description: String {
      switch self {
      case .nobodyThere:
        "--scan-serials asks at the terminal, and standard input is none; give --serial or --serials instead"
      case .ended(let position):
        "the input ended before the serial number of \(position) was scanned; nothing was switched"
      }
    }
  }

  private let plan: Plan
  private let read: () -> String?
  private let write: (String) -> Void

  /// A scan at the terminal of this process.
  ///
  /// - Throws: ``Failure`` where there is none.
  public init(_ plan: Plan) throws(Failure) {
    guard Terminal.canAnswerAtStandardInput else { throw .nobodyThere }
    self.init(
      plan,
      read: { readLine() },
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
  ///   - read: the next line without its end; nil at the end of the input.
  ///   - write: shows a text to the person.
  init(_ plan: Plan, read: @escaping () -> String?, write: @escaping (String) -> Void) {
    self.plan = plan
    self.read = read
    self.write = write
  }

  /// Asks for every position of the plan whose meter is not named yet.
  ///
  /// A code that cannot be a serial number of the scenario, or that another position holds already, is
  /// refused at once and asked for again. `skip` leaves the position out; an empty line is nothing, for some
  /// scanners end a code with two line ends.
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
      guard let line = read() else {
        write("\n")
        throw .ended(before: position)
      }
      let text = Self.code(in: line)
      guard !text.isEmpty else { continue }
      if text == "skip" {
        write("  \(position) is left out\n")
        return nil
      }
      do throws(SerialNumberProblem) {
        let number = try plan.scenario.serialNumbers.reported(from: text)
        guard let holder = holders[number] else {
          write("  \(position) holds \(text)\n")
          return (text, number)
        }
        write("  refused: \(text) is in \(holder) already; scan the meter in \(position)\n")
      } catch {
        write("  refused: \(error); scan it again\n")
      }
    }
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
