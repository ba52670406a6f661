public import Quantities

extension DecisionRule {
  /// A value with its expanded uncertainty as people read it: the uncertainty to two significant digits, the value
  /// to the same decimal (GUM 7.2.6). What is shown never contradicts the verdict: where the rule would decide
  /// otherwise on the rounded numbers, both keep more digits.
  ///
  /// - Parameters:
  ///   - value: the value, in the base unit of `dimension`.
  ///   - expandedUncertainty: U in the same unit; nil where none is known.
  ///   - lower: the lower limit; nil where there is none.
  ///   - upper: the upper limit; nil where there is none.
  ///   - dimension: what is measured.
  public func text(
    _ value: Double,
    expandedUncertainty: Double?,
    lower: Double?,
    upper: Double?,
    _ dimension: Dimension
  ) -> String {
    let shown = Measurement.shown(value, dimension)
    let verdict = decide(
      value,
      expandedUncertainty: expandedUncertainty,
      lower: lower,
      upper: upper
    )
    /// Whether the rule decides on these texts as on the numbers that they stand for.
    func agrees(_ text: String, _ spread: String?) -> Bool {
      guard let number = Double(text) else { return false }
      let uncertainty = spread.flatMap { Double($0) }.map { $0 * shown.unit.factor }
      return decide(
        number * shown.unit.factor,
        expandedUncertainty: uncertainty ?? expandedUncertainty,
        lower: lower,
        upper: upper
      ) == verdict
    }
    let unit = shown.unit == .one ? "" : " \(shown.unit)"
    // What is less than the last digit of any number shown is none.
    guard let expandedUncertainty, expandedUncertainty.isFinite, expandedUncertainty > 1e-12,
      value.isFinite
    else {
      let texts = (7...17).lazy.map { Decimal.text(shown.value, digits: $0) }
      return (texts.first { agrees($0, nil) } ?? Decimal.text(shown.value)) + unit
    }
    let spread = expandedUncertainty / shown.unit.factor
    let texts = (Self.decimals(spread)...15).lazy.map { decimals in
      (Decimal.fixed(shown.value, decimals: decimals), Decimal.fixed(spread, decimals: decimals))
    }
    let (number, uncertainty) =
      texts.first { agrees($0, $1) } ?? (Decimal.text(shown.value), Decimal.text(spread, digits: 3))
    return "\(number) ± \(uncertainty)\(unit)"
  }

  /// The decimals that give two significant digits.
  private static func decimals(_ spread: Double) -> Int {
    var decimals = spread >= 9.95 ? 0 : 1
    var rest = spread
    while rest < 0.995, decimals < 9 {
      rest *= 10
      decimals += 1
    }
    return decimals
  }
}

extension Finding {
  /// The value as people read it, with the uncertainty that decided where there is one; nil where nothing was
  /// measured.
  public var valueText: String? {
    guard let measurement else { return nil }
    guard case .number(let number, let dimension) = measurement.value else {
      return measurement.text
    }
    return rule.decision.text(
      number,
      expandedUncertainty: uncertainty ?? measurement.expandedUncertainty,
      lower: lower,
      upper: upper,
      dimension
    )
  }
}
