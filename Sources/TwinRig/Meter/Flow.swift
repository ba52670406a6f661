import Glibc

/// Everything that a meter accumulates, as rates: W, var, VA and A, for each phase and for the system.
struct Flow: Hashable, Sendable {
  /// What is accumulated.
  enum Kind: Int, Hashable, Sendable, CaseIterable {
    case activeImport, activeExport, reactiveImport, reactiveExport, apparent
    /// Of the system: the sum of the phases.
    case current
    /// Of the system only.
    case neutralCurrent
  }

  /// One of them, in one phase or in the system.
  struct Channel: Hashable, Sendable {
    var kind: Kind
    /// 0, 1, 2; nil for the system.
    var phase: Int?

    fileprivate var index: Int { kind.rawValue * 4 + (phase ?? 3) }
  }

  private var values = [Double](repeating: 0, count: Kind.allCases.count * 4)

  subscript(channel: Channel) -> Double {
    get { values[channel.index] }
    set { values[channel.index] = newValue }
  }

  /// Nothing flows.
  static let none = Flow()

  private init() {}

  /// The flow of what a meter measures.
  ///
  /// - Parameters:
  ///   - mains: what is at its terminals, as it counts it.
  ///   - displacement: how far the meter takes each current to lead, in radians.
  ///   - gain: what one watt of a phase counts as.
  init(_ mains: Mains, displacement: Double, gain: (Mains.Phase) -> Double) {
    var (active, reactive, apparent, current) = (0.0, 0.0, 0.0, 0.0)
    let (along, across) = (cos(displacement), sin(displacement))
    for (index, phase) in mains.phases.enumerated() {
      let s = phase.apparentPower * gain(phase)
      // cos(φ − δ) and sin(φ − δ).
      let p = s * (along * phase.cosine + across * phase.sine)
      let q = s * (along * phase.sine - across * phase.cosine)
      set(p, q, s, phase.current, phase: index)
      active += p
      reactive += q
      apparent += s
      current += phase.current
    }
    set(active, reactive, apparent, current, phase: nil)
    self[Channel(kind: .neutralCurrent)] = mains.neutralCurrent
  }

  private mutating func set(_ p: Double, _ q: Double, _ s: Double, _ i: Double, phase: Int?) {
    self[Channel(kind: .activeImport, phase: phase)] = max(0, p)
    self[Channel(kind: .activeExport, phase: phase)] = max(0, -p)
    self[Channel(kind: .reactiveImport, phase: phase)] = max(0, q)
    self[Channel(kind: .reactiveExport, phase: phase)] = max(0, -q)
    self[Channel(kind: .apparent, phase: phase)] = s
    self[Channel(kind: .current, phase: phase)] = i
  }

  /// Nothing is counted as energy; currents stay.
  mutating func stopCounting() {
    for kind in [Kind.activeImport, .activeExport, .reactiveImport, .reactiveExport, .apparent] {
      for phase in [0, 1, 2, nil] { self[Channel(kind: kind, phase: phase)] = 0 }
    }
  }

  /// Adds another flow over so many hours.
  func adding(_ other: Flow, hours: Double) -> Flow {
    var sum = self
    for index in values.indices { sum.values[index] += other.values[index] * hours }
    return sum
  }

  /// For each channel the greater value.
  mutating func raise(to other: Flow) {
    for index in values.indices { values[index] = max(values[index], other.values[index]) }
  }

  /// The mean flow between two accumulated ones.
  static func mean(from first: Flow, to last: Flow, hours: Double) -> Flow {
    var mean = Flow.none
    for index in mean.values.indices {
      mean.values[index] = (last.values[index] - first.values[index]) / hours
    }
    return mean
  }
}
