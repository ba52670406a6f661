/// A unit of time of a waveform file: 1, 10 or 100 of ns, µs or ms, or 1 s.
struct Timescale {
  /// As the file writes it.
  var text: String
  var nanoseconds: Int64

  /// The coarsest that holds every one of these moments exactly; 1 ns where all of them are zero.
  ///
  /// Viewers that turn a file into samples take as many as the time has units.
  static func coarsest(_ divisor: Int64) -> Timescale {
    let units: [(String, Int64)] = [
      ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]
    for (unit, size) in units {
      for factor: Int64 in unit == "s" ? [1] : [100, 10, 1]
      where divisor != 0 && divisor % (size * factor) == 0 {
        return Timescale(text: "\(factor) \(unit)", nanoseconds: size * factor)
      }
    }
    return Timescale(text: "1 ns", nanoseconds: 1)
  }

  /// The greatest common divisor; zero divides nothing.
  static func divisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a.magnitude, b.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    return Int64(clamping: a)
  }
}
