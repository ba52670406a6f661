public import Benches
public import Metrology
public import Quantities

/// What a bench file means to the metrology of its measurements; the same for a plan and a run.
extension Bench {
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

extension ReferenceEnergy {
  /// The energy that a transformer gives to the meter of this.
  ///
  /// - Throws: ``MetrologyError`` where nothing is left of it.
  public func behind(
    _ transformer: ExternalTransformer?,
    carrying load: Load?,
    _ kind: PowerKind?
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard let transformer, let load, let kind else { return self }
    let part: ExternalTransformer.EnergyPart =
      switch kind {
      case .active: .active
      case .reactive: .reactive
      case .apparent: .apparent
      }
    let (cosine, sine) = (load.powerFactor.cosine.nominal, load.powerFactor.sine.nominal)
    var energy = try scaled(by: transformer.factor(part, cosine: cosine, sine: sine))
    energy.components += transformer.components(part, cosine: cosine, sine: sine)
    return energy
  }
}
