public import Benches
public import Metrology
public import Quantities
public import Verdicts

/// What a bench file means to the metrology of its measurements; the same for a plan and a run.
extension Bench {
  /// What is not known of the reference itself: its accuracy and its calibration, relative.
  public var referenceComponents: [UncertaintyBudget.Component] {
    guard let reference else { return [] }
    return [.referenceAccuracy(reference.accuracy)]
      + (reference.calibrationUncertainty.map { [.calibration(expanded: $0)] } ?? [])
  }

  /// The limit of the host clock's rate in parts per million.
  public var clockRateLimit: Double { (timeBase?.rate ?? TimeBase.unknownRate) * 1e6 }
}

extension DeclaredPhase {
  /// The phases that carry a load of this resistance.
  public static func phases(
    of load: Load,
    resistance: ToleratedQuantity,
    on source: Source
  ) -> [DeclaredPhase] {
    load.phases(of: source).map {
      DeclaredPhase(name: "L\($0 + 1)", resistance: resistance, voltage: source.voltage)
    }
  }
}

extension Position {
  /// The transformers that feed the meter; nil where the bench file says nothing of their error.
  public var transformer: ExternalTransformer? {
    guard let transformerError, let transformerDisplacement else { return nil }
    return ExternalTransformer(ratioError: transformerError, displacement: transformerDisplacement)
  }
}

/// What a transformer makes of an expected value.
public struct TransformedValue: Sendable {
  /// How many times the primary value the meter is given.
  public var factor: Double
  /// What is not known of that, relative to the value.
  public var components: [UncertaintyBudget.Component]

  /// What the transformers of a position make of a value of this dimension; 1 where it has none, or they bear not
  /// on it.
  public init(_ position: Position, carrying load: Load?, _ dimension: Dimension) {
    (factor, components) = (1, [])
    guard let transformer = position.transformer, let load else { return }
    if dimension == .current {
      factor = 1 + transformer.ratioError.nominal.base
      components = transformer.components(.apparent, cosine: 1, sine: 0)
      return
    }
    let part: ExternalTransformer.EnergyPart
    switch PowerKind(dimension) {
    case .active: part = .active
    case .reactive: part = .reactive
    case .apparent: part = .apparent
    case nil: return
    }
    let (cosine, sine) = (load.powerFactor.cosine, load.powerFactor.sine.nominal)
    factor = transformer.factor(part, cosine: cosine.nominal, sine: sine)
    components = transformer.components(
      part,
      cosine: cosine.nominal,
      sine: sine,
      tolerance: (cosine.most - cosine.least) / 2
    )
  }
}

extension ReferenceEnergy {
  /// The energy that the transformers of a position give to its meter of this.
  ///
  /// - Throws: ``MetrologyError`` where nothing is left of it.
  public func given(
    to position: Position,
    carrying load: Load?,
    _ dimension: Dimension
  ) throws(MetrologyError) -> ReferenceEnergy {
    let transformed = TransformedValue(position, carrying: load, dimension)
    var energy = try scaled(by: transformed.factor)
    energy.components += transformed.components
    return energy
  }
}
