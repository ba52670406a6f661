import Benches
import Quantities

/// The faults of one pulse line.
struct LineFaults: Sendable {
  private let lasting: FaultScript
  /// The moments of faults that strike once, each in rising order; a fault that has struck is
  /// taken out.
  private var droppedEdges: [Instant]
  private var droppedPulses: [Instant]
  private(set) var extraPulses: [Instant]
  private(set) var overflows: [Instant]

  /// The faults that strike this line: by its position (and output, where the fault names one),
  /// or by its own name.
  init(line: String, position: String?, output: String?, script: FaultScript) {
    let own = script.filtered { fault in
      fault.target == line
        || (fault.kind == .silentReference && line == TwinPlant.reference)
        || (fault.target == position && (fault.output == nil || fault.output == output))
    }
    lasting = own
    func moments(_ kind: TwinFault.Kind) -> [Instant] { own.all(kind).map(\.begins).sorted() }
    droppedEdges = moments(.droppedEdge)
    droppedPulses = moments(.droppedPulse)
    extraPulses = moments(.extraPulse)
    overflows = moments(.edgeOverflow)
  }

  /// Whether nothing moves.
  func isSilent(at time: Instant) -> Bool {
    lasting.active(.silentOutput, at: time) != nil
      || lasting.active(.silentReference, at: time) != nil
  }

  /// The width that a fault gives to pulses; nil without one.
  func width(at time: Instant) -> Duration? {
    lasting.active(.pulseWidth, at: time)?.duration(else: .milliseconds(10))
  }

  /// How long contacts bounce; nil where they do not.
  func bounce(at time: Instant) -> Duration? {
    lasting.active(.bounce, at: time)?.duration(else: .milliseconds(1))
  }

  /// Whether the pulse that begins now is lost; asking consumes the fault.
  mutating func dropsPulse(at time: Instant) -> Bool { Self.take(&droppedPulses, until: time) }

  /// Whether the edge of this moment is lost; asking consumes the fault.
  mutating func dropsEdge(at time: Instant) -> Bool { Self.take(&droppedEdges, until: time) }

  /// Takes the first extra pulse out.
  mutating func removeExtraPulse() { extraPulses.removeFirst() }

  /// Puts the first extra pulse off.
  mutating func delayExtraPulse(to time: Instant) { extraPulses[0] = time }

  /// Takes the first overflow out.
  mutating func removeOverflow() { overflows.removeFirst() }

  private static func take(_ moments: inout [Instant], until time: Instant) -> Bool {
    guard let first = moments.first, first <= time else { return false }
    moments.removeFirst()
    return true
  }
}
