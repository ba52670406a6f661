/// Ratios of a value to the one that was due which have a usual cause.
struct Ratio {
  var value: Double
  var looksLike: String

  /// A reading against what it should show.
  static let readings: [Ratio] = [
    Ratio(value: 1000, looksLike: "a prefix: kilo was taken for the unit itself (factor 1000)"),
    Ratio(value: 0.001, looksLike: "a prefix: the unit itself was taken for kilo (factor 1/1000)"),
    Ratio(value: 1e6, looksLike: "a prefix: Mega was taken for the unit itself (factor 1 000 000)"),
    Ratio(value: 1e-6, looksLike: "a prefix: the unit itself was taken for Mega (1/1 000 000)"),
    Ratio(value: 10, looksLike: "a decimal place (factor 10)"),
    Ratio(value: 0.1, looksLike: "a decimal place (factor 1/10)"),
    Ratio(value: 100, looksLike: "two decimal places, or per cent for a ratio (factor 100)"),
    Ratio(value: 0.01, looksLike: "two decimal places, or a ratio for per cent (factor 1/100)"),
    Ratio(value: 3, looksLike: "the sum of three phases for one (factor 3)"),
    Ratio(value: 1.0 / 3, looksLike: "one phase of three (factor 1/3)"),
    Ratio(value: 2.0 / 3, looksLike: "two phases of three (factor 2/3)"),
    Ratio(
      value: 3.0.squareRoot(),
      looksLike: "line to line for line to neutral voltage, or a wrong system type (factor √3)"
    ),
    Ratio(
      value: 1 / 3.0.squareRoot(),
      looksLike: "line to neutral for line to line voltage, or a wrong system type (factor 1/√3)"
    ),
    Ratio(value: 2.0.squareRoot(), looksLike: "a peak for an r.m.s. value (factor √2)"),
    Ratio(value: 1 / 2.0.squareRoot(), looksLike: "an r.m.s. for a peak value (factor 1/√2)"),
    Ratio(value: 2, looksLike: "a transformer ratio or a setting that is off by 2 (factor 2)"),
    Ratio(value: 0.5, looksLike: "a transformer ratio or a setting that is off by 2 (factor 1/2)"),
    Ratio(
      value: -1,
      looksLike: "a reversed direction: a current transformer turned round, or import for export"
    ),
  ]

  /// Pulses against what the energy asks for.
  static let pulses: [Ratio] = [
    Ratio(value: 2, looksLike: "a wrong meter constant (factor 2), or both edges counted"),
    Ratio(value: 0.5, looksLike: "a wrong meter constant (factor 1/2), or every second pulse lost"),
    Ratio(value: 10, looksLike: "a wrong meter constant or pulse weight (factor 10)"),
    Ratio(value: 0.1, looksLike: "a wrong meter constant or pulse weight (factor 1/10)"),
    Ratio(value: 100, looksLike: "a wrong meter constant or pulse weight (factor 100)"),
    Ratio(value: 0.01, looksLike: "a wrong meter constant or pulse weight (factor 1/100)"),
    Ratio(value: 1000, looksLike: "a pulse weight in Wh for kWh (factor 1000)"),
    Ratio(value: 0.001, looksLike: "a pulse weight in kWh for Wh (factor 1/1000)"),
    Ratio(value: 3, looksLike: "three phases counted where the reference saw one (factor 3)"),
    Ratio(value: 1.0 / 3, looksLike: "one phase of three being counted (factor 1/3)"),
    Ratio(value: 2.0 / 3, looksLike: "two phases of three being counted (factor 2/3)"),
    Ratio(value: 3.0.squareRoot(), looksLike: "a wrong system type (factor √3)"),
    Ratio(value: 1 / 3.0.squareRoot(), looksLike: "a wrong system type (factor 1/√3)"),
  ]
}
