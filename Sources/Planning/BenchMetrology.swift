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

extension Position {
  /// What the meter of the position is given of a value of this dimension that flows on the primary side.
  ///
  /// - Parameters:
  ///   - value: what flows, in the base unit; with its sign.
  ///   - load: the load, whose power factor says what else flows.
  ///   - source: the source that the load hangs on.
  ///   - share: how much of the load's whole power the value speaks of: by the set ratios, and of one phase where it
  ///     is one's.
  public func given(
    _ value: Double,
    _ dimension: Dimension,
    by load: Load?,
    on source: Source?,
    share: Double = 1
  ) -> ExternalTransformer.Given {
    let same = ExternalTransformer.Given(value: value, components: [])
    guard let transformer else { return same }
    if dimension == .current { return transformer.given(apparent: value) }
    guard let kind = PowerKind(dimension), let load, let source else { return same }
    let flow: ExternalTransformer.Flow
    switch kind {
    case .apparent: return transformer.given(apparent: value)
    case .active: flow = load.flow(active: value, on: source, share: share)
    case .reactive: flow = load.flow(reactive: value, on: source, share: share)
    }
    return transformer.given(kind == .active ? .active : .reactive, of: flow)
  }
}

extension Load {
  /// What flows with an active power or energy, by the load's power factor.
  fileprivate func flow(
    active value: Double,
    on source: Source,
    share: Double
  ) -> ExternalTransformer.Flow {
    flow(value, of: .active, other: .reactive, on: source, share: share) {
      ExternalTransformer.Flow(active: value, reactive: $0, otherHalfWidth: $1)
    }
  }

  /// What flows with a reactive power or energy, by the load's power factor.
  fileprivate func flow(
    reactive value: Double,
    on source: Source,
    share: Double
  ) -> ExternalTransformer.Flow {
    flow(value, of: .reactive, other: .active, on: source, share: share) {
      ExternalTransformer.Flow(active: $0, reactive: value, otherHalfWidth: $1)
    }
  }

  /// The other part: in the declared ratio to this one, or as declared where this one is nothing.
  private func flow(
    _ value: Double,
    of part: PowerKind,
    other: PowerKind,
    on source: Source,
    share: Double,
    _ make: (Double, Double) -> ExternalTransformer.Flow
  ) -> ExternalTransformer.Flow {
    // A unit's power: the tolerances of source and current are none of the ratio.
    let (cosine, sine) = (powerFactor.cosine, powerFactor.sine)
    let (own, another) = part == .active ? (cosine, sine) : (sine, cosine)
    guard abs(own.nominal) > 1e-3 else {
      let declared = power(other, on: source) * Bounds(share)
      return make(declared.nominal, (declared.most - declared.least) / 2)
    }
    let ratio = another.nominal / own.nominal
    // The ratio at either end of the tolerance of cos φ.
    let ends = [cosine.least, cosine.most].map { cosine in
      let sine = max(0, 1 - cosine * cosine).squareRoot() * (sine.nominal < 0 ? -1 : 1)
      let (own, another) = part == .active ? (cosine, sine) : (sine, cosine)
      return another / (abs(own) < 1e-3 ? (ratio < 0) == (another < 0) ? 1e-3 : -1e-3 : own)
    }
    // The nominal ratio may lie at an end of what is possible, as at cos φ 1.
    let spread = ends.map { abs($0 - ratio) }.max() ?? 0
    return make(ratio * value, spread * abs(value))
  }
}

extension ReferenceEnergy {
  /// The energy that the transformers of a position give to its meter of this.
  ///
  /// - Throws: ``MetrologyError`` where nothing is left of it.
  public func given(
    to position: Position,
    by load: Load?,
    on source: Source?,
    _ dimension: Dimension
  ) throws(MetrologyError) -> ReferenceEnergy {
    // A meter counts exported energy up, and its load's flow has a sign.
    let sign = load?.isExport == true ? -1.0 : 1
    let given = position.given(sign * value, dimension, by: load, on: source)
    var energy = try scaled(by: sign * given.value / value)
    energy.components += given.components.map { $0.scaled(by: sign / given.value) }
    return energy
  }
}
