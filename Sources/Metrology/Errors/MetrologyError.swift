public import Quantities

/// Why a measurement cannot be computed. Nothing is guessed in its place.
public enum MetrologyError: Error, Hashable, Sendable, Codable {
  /// An end of a gate.
  public enum GateEnd: String, Hashable, Sendable, Codable {
    case opening
    case closing
  }

  /// A value that must be finite and above zero is not.
  case notPositive(String, value: Double)
  /// A value that must be finite is not.
  case notFinite(String)
  /// The gate has no period or no duration.
  case emptyGate
  /// The edges that were analysed do not reach over the whole gate.
  case gateNotCovered
  /// Edges of the meter's output or of the reference were lost, with so many proofs.
  case edgesLost(String, proofs: Int)
  /// Too few leading edges to know their jitter.
  case tooFewEdges(have: Int, need: Int)
  /// No reading or edge of the reference lies on the outer side of that end.
  case notBracketed(GateEnd, at: Instant)
  /// The register's update interval is not known, so nobody knows when its value was latched.
  case unknownUpdateInterval
  /// Too few readings to compute from.
  case tooFewReadings(have: Int, need: Int)
  /// No reading between two moments, longer than allowed.
  case gap(from: Instant, to: Instant, allowedNanoseconds: Int64)
  /// Readings are not in the order of their time.
  case outOfOrder(at: Instant)
  /// The reference's register decreased.
  case registerWentBack(at: Instant)
  /// The reference's register stood still although energy flowed.
  case registerStood(at: Instant, seconds: Double)
  /// The reference's register advanced by more Wh than can have flowed.
  case registerJumped(at: Instant, by: Double)
  /// Near an end of the gate the meter's pulses stand for an energy that a register's values do not allow, all in Wh.
  case contradiction(pulses: Double, least: Double, most: Double)
  /// The reference's power stayed the same to its last digit.
  case powerStood(at: Instant, seconds: Double)
  /// A value was declared without its tolerance.
  case missingTolerance(String)
}

extension MetrologyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notPositive(let what, let value): "\(what) must be above zero, not \(value)"
    case .notFinite(let what): "\(what) is not a finite number"
    case .emptyGate: "the gate holds no whole period; it has to stay open longer"
    case .gateNotCovered: "the analysed edges do not reach over the whole gate"
    case .edgesLost(let what, let proofs):
      "\(what): edges were lost (\(proofs) \(proofs == 1 ? "proof" : "proofs")), so there is no count"
    case .tooFewEdges(let have, let need):
      "\(have) leading edges, but \(need) are needed to know their jitter"
    case .notBracketed(let end, let moment):
      "the reference has nothing beyond the \(end.rawValue) of the gate at \(moment); "
        + "read it before the gate opens and after it has closed"
    case .unknownUpdateInterval:
      "the register's update interval is unknown; its profile has to state it"
    case .tooFewReadings(let have, let need): "\(have) readings, but \(need) are needed"
    case .gap(let from, let to, let allowed):
      "no reading from \(from) to \(to); at most \(Duration.nanoseconds(allowed)) is allowed"
    case .outOfOrder(let moment): "the readings are not in the order of their time at \(moment)"
    case .registerWentBack(let moment): "the reference's register went back at \(moment)"
    case .registerStood(let moment, let seconds):
      "the reference's register stood still for \(Decimal.text(seconds, digits: 3)) s until \(moment), longer than its profile says: it is frozen, or no energy flows"
    case .registerJumped(let moment, let energy):
      "the reference's register went on by \(Decimal.text(energy, digits: 4)) Wh at once at \(moment), more than can have flowed"
    case .contradiction(let pulses, let least, let most):
      "by the pulses near its ends the gate holds \(Decimal.text(pulses, digits: 5)) Wh, and by the register's values from \(Decimal.text(least, digits: 5)) to \(Decimal.text(most, digits: 5)) Wh: one of them is wrong there"
    case .powerStood(let moment, let seconds):
      "the reference's power stayed the same to its last digit for \(Decimal.text(seconds, digits: 3)) s until \(moment): it is no longer measured"
    case .missingTolerance(let what): "\(what) needs a tolerance"
    }
  }
}

/// `value`, if it is finite and above zero.
func positive(_ value: Double, _ what: String) throws(MetrologyError) -> Double {
  guard value.isFinite, value > 0 else { throw .notPositive(what, value: value) }
  return value
}

/// `value`, if it is finite.
func finite(_ value: Double, _ what: String) throws(MetrologyError) -> Double {
  guard value.isFinite else { throw .notFinite(what) }
  return value
}
