public import Documents
public import Quantities

/// A load that `apply` can switch on all positions at once.
public struct Load: Hashable, Sendable {
  public var name: String
  public var output: OutputWiring?
  public var draw: Draw
  /// How current and voltage stand to one another.
  public var powerFactor: PowerFactor
  /// Whether energy flows from the meter's load to its source.
  public var isExport: Bool
  /// The phases that carry current, 0...2; those of the source where it is empty.
  public var onlyPhases: [Int]
  /// How long it takes until its power is steady.
  public var settle: Duration
  public var location: SourceLocation

  /// A load; one that draws import in phase with the voltage, in all phases of the source, where nothing
  /// else is said.
  public init(
    name: String,
    output: OutputWiring?,
    draw: Draw,
    powerFactor: PowerFactor = .unity,
    isExport: Bool = false,
    onlyPhases: [Int] = [],
    settle: Duration,
    location: SourceLocation
  ) {
    self.name = name
    self.output = output
    self.draw = draw
    self.powerFactor = powerFactor
    self.isExport = isExport
    self.onlyPhases = onlyPhases
    self.settle = settle
    self.location = location
  }

  /// What fixes the current in each phase.
  public enum Draw: Hashable, Sendable {
    case resistance(ToleratedQuantity)
    /// A current circuit of its own, as phantom loads and programmable sources have it.
    case current(ToleratedQuantity)

    /// The value as the file states it.
    public var value: ToleratedQuantity {
      switch self {
      case .resistance(let value), .current(let value): value
      }
    }
  }

  /// The phases that carry current on a source.
  public func phases(of source: Source) -> [Int] {
    let all = Array(0..<max(1, source.phases))
    return onlyPhases.isEmpty ? all : all.filter(onlyPhases.contains)
  }

  /// The current in each phase that carries any, in A.
  public func current(on source: Source) -> Bounds {
    switch draw {
    case .current(let value): Bounds(value)
    case .resistance(let value): Bounds(source.voltage) / Bounds(value)
    }
  }

  /// The power of all phases in W, var or VA; the sign of W and var follows the direction of the
  /// energy (IEC 62053-23 annex C: inductive import is positive).
  public func power(_ kind: PowerKind, on source: Source) -> Bounds {
    let count = Double(phases(of: source).count)
    let apparent = Bounds(source.voltage) * current(on: source) * Bounds(count)
    switch kind {
    case .apparent: return apparent
    case .active: return apparent * powerFactor.cosine * Bounds(isExport ? -1 : 1)
    case .reactive: return apparent * powerFactor.sine * Bounds(isExport ? -1 : 1)
    }
  }
}

/// What kind of power is meant.
public enum PowerKind: Hashable, Sendable {
  case active, reactive, apparent

  /// The kind of a dimension of power or energy; nil for any other.
  public init?(_ dimension: Dimension) {
    switch dimension {
    case .activePower, .activeEnergy: self = .active
    case .reactivePower, .reactiveEnergy: self = .reactive
    case .apparentPower, .apparentEnergy: self = .apparent
    default: return nil
    }
  }
}

/// The displacement of a load's current: cos φ with its side.
public struct PowerFactor: Hashable, Sendable, CustomStringConvertible {
  /// cos φ, 0...1, with its tolerance.
  public var magnitude: ToleratedQuantity
  /// Whether the current leads the voltage.
  public var isCapacitive: Bool

  /// The power factor of a resistance.
  public static let unity = PowerFactor(
    magnitude: ToleratedQuantity(Quantity(1, .one)),
    isCapacitive: false
  )

  /// A displacement.
  public init(magnitude: ToleratedQuantity, isCapacitive: Bool) {
    self.magnitude = magnitude
    self.isCapacitive = isCapacitive
  }

  /// Reads `1`, `0.5 inductive` or `0.8 ± 0.01 capacitive`; nil where the text is none of these.
  public init?(parsing text: String) {
    var words = text.split(separator: " ")
    let side = words.last.flatMap { ["inductive": false, "capacitive": true][String($0)] }
    if side != nil { words.removeLast() }
    guard
      let value = try? ToleratedQuantity(
        parsing: words.joined(separator: " "),
        as: .ratio,
        isPlainRatio: true
      ),
      (0...1).contains(value.nominal.base), side != nil || value.nominal.base == 1
    else { return nil }
    self.init(magnitude: value, isCapacitive: side ?? false)
  }

  public var cosine: Bounds { Bounds(magnitude).clamped(to: 0...1) }

  public var sine: Bounds {
    func sine(_ cosine: Double) -> Double { (1 - cosine * cosine).squareRoot() }
    let size = Bounds(
      least: sine(cosine.most),
      nominal: sine(cosine.nominal),
      most: sine(cosine.least)
    )
    return isCapacitive ? size * Bounds(-1) : size
  }

  public var description: String {
    guard magnitude.nominal.base != 1 else { return "1" }
    return "\(magnitude) \(isCapacitive ? "capacitive" : "inductive")"
  }
}
