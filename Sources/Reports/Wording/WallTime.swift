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
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    let marks: [(Int, UInt8)] = [(4, 45), (7, 45), (10, 84), (13, 58), (16, 58)]
    guard bytes.count >= 19, marks.allSatisfy({ bytes[$0.0] == $0.1 }),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      // Runs are of our time; every moment of one then has a year of four digits.
      (1970...9900).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second <= 60
    else { return nil }
    var rest = bytes[19...]
    if rest.last == UInt8(ascii: "Z") { rest.removeLast() }
    var fraction: Int64 = 0
    if !rest.isEmpty {
      guard rest.count <= 10, rest.first == UInt8(ascii: "."),
        let digits = number(20..<rest.endIndex)
      else { return nil }
      fraction = (rest.count - 1..<9).reduce(digits) { value, _ in value * 10 }
    }
    seconds = Self.days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    nanoseconds = fraction
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
  var text: String { date + "T" + time }

  /// `YYYY-MM-DD`.
  var date: String {
    let (year, month, day) = Self.civil(floorDivide(seconds, 86400))
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
  }

  /// `hh:mm:ss`.
  var time: String {
    let second = seconds - floorDivide(seconds, 86400) * 86400
    return "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
  }

  private func pad(_ value: Int64, _ width: Int) -> String {
    let text = "\(value)"
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar (ISO 8601), with years that begin
  /// in March so that the leap day comes last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = floorDivide(year, 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let day = shifted - era * 146_097
    let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}

private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  a >= 0 ? a / b : (a - b + 1) / b
}
