public import Quantities

/// Virtual time ran into a state from which no time can lead out, or past its limit.
public struct VirtualTimeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public enum Kind: Hashable, Sendable {
    /// Everybody waits for something that nobody will bring.
    case deadlock
    /// The limit of virtual time was passed.
    case limit(Duration)
    /// Work went on and on without any time passing.
    case standstill
    /// A job came from another thread; the run would not be deterministic.
    case foreignJob
  }

  /// What went wrong.
  public var kind: Kind
  /// The virtual moment.
  public var at: Instant

  public var description: String {
    switch kind {
    case .deadlock:
      "the simulation is stuck at \(at): every task waits for something that cannot come"
    case .limit(let limit): "the simulation went on past its limit of \(limit)"
    case .standstill: "the simulation works on at \(at) without any time passing"
    case .foreignJob: "a job from another thread entered virtual time at \(at)"
    }
  }
}
