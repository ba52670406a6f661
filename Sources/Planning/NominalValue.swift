public import Benches
public import MeterProfiles
import Metrology
public import Quantities
public import Verdicts

/// What the bench file declares of a quantity that a meter shows: what a reading is compared with. The same for a
/// plan and a run.
public struct NominalValue: Sendable {
  /// In the base unit.
  public var value: Double
  public var dimension: Dimension
  /// What is not known of it, in the base unit.
  public var budget: UncertaintyBudget

  /// The component of what a bench file declares of a load.
  static let declaredLoad = "load as declared"
}

extension PlannedStep {
  /// A quantity as the bench declares its source; nil where it declares none.
  public func nominalOfSource(
    _ name: String,
    _ dimension: Dimension,
    of profile: MeterProfile,
    on bench: Bench
  ) -> NominalValue? {
    guard let source = bench.source else { return nil }
    let value = dimension == .frequency ? source.frequency : source.voltage
    var scale = dimension == .voltage ? voltageScale : 1
    if profile.quantity(name)?.isLineToLine ?? false { scale *= 3.0.squareRoot() }
    return NominalValue(
      value: value.nominal.base * scale,
      dimension: value.nominal.dimension,
      budget: UncertaintyBudget([
        .rectangular("source as declared", halfWidth: value.halfWidth * scale)
      ])
    )
  }

  /// A quantity as the bench declares the load of the step, behind the transformers of a position; nil where the
  /// step has no load.
  public func nominalOfLoad(
    _ measurement: String,
    _ dimension: Dimension,
    at position: Position,
    of profile: MeterProfile,
    on bench: Bench
  ) -> NominalValue? {
    guard let load, var source = bench.source else { return nil }
    if (self.value(of: "system-type") ?? profile.onlySystem) == "1P2W" { source.phases = 1 }
    let phase = ["l1", "l2", "l3"].firstIndex { measurement.hasSuffix("-\($0)") }.map {
      Self.phase($0, incomer: self.value(of: "incomer-entry"))
    }
    let isOff = phase.map { !load.phases(of: source).contains($0) } ?? false
    let count = Double(load.phases(of: source).count)
    let value: Bounds =
      if isOff {
        Bounds(0)
      } else if let kind = PowerKind(dimension) {
        load.power(kind, on: source) * Bounds(phase == nil ? 1 : 1 / count)
      } else {
        load.current(on: source) * Bounds(measurement.hasSuffix("-sum") ? count : 1)
      }
    let scale = dimension == .current ? self.scale / voltageScale : self.scale
    let given = position.given(
      value.nominal * scale,
      dimension,
      by: load,
      on: source,
      share: isOff ? 0 : scale * share(ofPhases: measurement, on: bench)
    )
    return NominalValue(
      value: given.value,
      dimension: dimension,
      budget: UncertaintyBudget(
        [.rectangular(NominalValue.declaredLoad, halfWidth: scale * (value.most - value.least) / 2)]
          + given.components
      )
    )
  }

  /// How much of the load's power a measurement speaks of, by the end of its name.
  public func share(ofPhases measurement: String, on bench: Bench) -> Double {
    guard ["-l1", "-l2", "-l3"].contains(where: { measurement.hasSuffix($0) }),
      let load, let source = bench.source
    else { return 1 }
    return 1 / Double(max(1, load.phases(of: source).count))
  }
}

extension MeasuredQuantity {
  /// The budget of a shown value as a representation, in the register's unit.
  public func budget(ofReading number: Double) -> UncertaintyBudget {
    UncertaintyBudget([
      .registerStep(resolution ?? 0),
      .numberFormat(spacing: number.isFinite ? register.encoding.spacing(at: number) : 0),
    ])
  }
}
