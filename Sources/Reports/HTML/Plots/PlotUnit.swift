import Quantities
import Verdicts

/// The unit of an axis: the handy one for the greatest value on it.
struct PlotUnit {
  let unit: Unit

  init(_ values: some Sequence<Double>, _ dimension: Dimension) {
    let greatest = values.filter(\.isFinite).map(abs).max() ?? 1
    let base = Quantity(base: greatest, dimension)
    unit =
      dimension == .ratio
      ? .percent : greatest > 0 ? base.readable.unit : dimension.baseUnit
  }

  /// A value in base units as a number of this unit.
  func value(_ base: Double) -> Double { base / unit.factor }

  /// The name of an axis.
  func label(_ name: String) -> String { "\(name) (\(unit.symbol))" }

  /// A value in base units with this unit.
  func text(_ base: Double, digits: Int = 5) -> String {
    "\(Decimal.text(value(base), digits: digits)) \(unit.symbol)"
  }
}
