import Quantities

/// Times in tables.
enum TableTime {
  /// Seconds to the nanosecond, exactly: `74.407548735`.
  static func seconds(_ duration: Duration) -> String {
    let (whole, rest) = duration.nanoseconds.magnitude.quotientAndRemainder(
      dividingBy: 1_000_000_000
    )
    let digits = "\(rest)"
    return (duration < .zero ? "-" : "") + "\(whole)."
      + String(repeating: "0", count: 9 - digits.count) + digits
  }
}
