/// Round numbers along an axis, with their labels.
struct Ticks {
  var values: [(value: Double, label: String)]

  /// At most about `wanted` numbers of 1, 2 or 5 times a power of ten.
  init(_ range: ClosedRange<Double>, wanted: Int, isLogarithmic: Bool) {
    values = isLogarithmic ? Self.decades(range) : []
    if values.count < 2 { values = Self.linear(range, wanted) }
  }

  private static func linear(_ range: ClosedRange<Double>, _ wanted: Int) -> [(Double, String)] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return [(range.lowerBound, text(range.lowerBound, 3))] }
    var power = 1.0
    var decimals = 0
    while power * Double(wanted) > span, decimals < 12 {
      power /= 10
      decimals += 1
    }
    while power * 10 * Double(wanted) <= span { power *= 10 }
    let rough = span / Double(wanted)
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? power * 10
    // A step of ten units of the last place needs one place less.
    let places = step >= power * 10 ? max(0, decimals - 1) : decimals
    var index = (range.lowerBound / step - 1e-9).rounded(.up)
    var out: [(Double, String)] = []
    while index * step <= range.upperBound + span * 1e-9, out.count < 4 * wanted {
      out.append((index * step, text(index * step, places)))
      index += 1
    }
    return out
  }

  private static func decades(_ range: ClosedRange<Double>) -> [(Double, String)] {
    guard range.lowerBound > 0, range.upperBound.isFinite else { return [] }
    var power = 1e-9
    var out: [(Double, String)] = []
    while power <= range.upperBound, power.isFinite {
      for factor in [1.0, 2, 5] where range.contains(factor * power) {
        let decimals = power >= 1 ? 0 : max(0, min(9, Int((0.5 - log10(power)).rounded(.down))))
        out.append((factor * power, text(factor * power, decimals)))
      }
      power *= 10
    }
    // More than an axis can hold: whole decades alone.
    return out.count > 9 ? out.enumerated().filter { $0.offset % 3 == 0 }.map(\.element) : out
  }

  private static func log10(_ value: Double) -> Double {
    var exponent = 0.0
    var rest = value
    while rest < 0.999_999 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }

  /// A number with so many digits after the point.
  static func text(_ value: Double, _ decimals: Int) -> String {
    let scale = (0..<max(0, decimals)).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int64(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}
