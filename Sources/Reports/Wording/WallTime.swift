import Quantities

/// A moment of the wall clock in UTC, to the nanosecond; no time zone and no calendar library
/// enters a report.
struct WallTime {
  private var seconds: Int64
  private var nanoseconds: Int64

  /// 1970-01-01T00:00:00, where nothing says when.
  static let unknown = WallTime(seconds: 0, nanoseconds: 0)

  private init(seconds: Int64, nanoseconds: Int64) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Reads `YYYY-MM-DDThh:mm:ss`, with or without a fraction and `Z`; nil for anything else.
  init?(_ text: String) {
    guard let milliseconds = UTC.milliseconds(parsing: text.prefix(19) + "Z"),
      // Runs are of our time; every moment of one then has a year of four digits.
      (1970...9900).contains(Int(text.prefix(4)) ?? 0)
    else { return nil }
    var rest = text.utf8.dropFirst(19)
    if rest.last == UInt8(ascii: "Z") { rest.removeLast() }
    let digits = rest.dropFirst()
    guard
      rest.isEmpty
        || rest.first == UInt8(ascii: ".") && (1...9).contains(digits.count)
          && digits.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    let fraction = digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    seconds = milliseconds / 1000
    nanoseconds = (digits.count..<9).reduce(fraction) { value, _ in value * 10 }
  }

  /// The moment so much later.
  func advanced(by duration: Duration) -> WallTime {
    // Runs last days at most; whatever a damaged record says, the sum stays in range.
    let offset = min(max(duration.nanoseconds, -1 << 60), 1 << 60) + nanoseconds
    let carry = offset >= 0 ? offset / 1_000_000_000 : (offset - 999_999_999) / 1_000_000_000
    return WallTime(seconds: seconds + carry, nanoseconds: offset - carry * 1_000_000_000)
  }

  /// Since 1970-01-01T00:00:00; zero before it, and the highest value behind the year 2554.
  var nanosecondsSinceEpoch: UInt64 {
    let (scaled, overflow) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = scaled.addingReportingOverflow(UInt64(nanoseconds))
    return overflow || carry ? .max : seconds < 0 ? 0 : sum
  }

  /// `YYYY-MM-DDThh:mm:ss`: what every reader of JUnit files accepts.
  var text: String { String(UTC.text(millisecondsSinceEpoch: seconds * 1000).prefix(19)) }

  /// `YYYY-MM-DD`.
  var date: String { String(text.prefix(10)) }

  /// `hh:mm:ss`.
  var time: String { String(text.suffix(8)) }
}
