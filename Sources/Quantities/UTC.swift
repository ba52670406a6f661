/// Dates and times of day in UTC, in the proleptic Gregorian calendar.
public enum UTC {
  /// `YYYY-MM-DDThh:mm:ss.sssZ` for milliseconds since 1970-01-01T00:00:00Z.
  public static func text(millisecondsSinceEpoch milliseconds: Int64) -> String {
    let days = floorDivide(milliseconds, 86_400_000)
    let rest = milliseconds - days * 86_400_000
    let (year, month, day) = date(daysSinceEpoch: days)
    func padded(_ number: Int64, _ width: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return
      "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
  }

  /// Milliseconds since 1970 for `YYYY-MM-DDThh:mm:ssZ`, with or without a fraction of three
  /// digits, or for a bare `YYYY-MM-DD`; nil where the text is none of these or no real date.
  public static func milliseconds(parsing text: String) -> Int64? {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count <= 2, let days = days(parsing: parts[0]) else { return nil }
    guard parts.count == 2 else { return days * 86_400_000 }
    guard parts[1].hasSuffix("Z") else { return nil }
    let clock = parts[1].dropLast().split(separator: ".", omittingEmptySubsequences: false)
    let fields = clock[0].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count <= 2, fields.count == 3,
      let hour = number(fields[0], 2), let minute = number(fields[1], 2),
      let second = number(fields[2], 2), hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction: Int64 = 0
    if clock.count == 2 {
      guard let found = number(clock[1], 3) else { return nil }
      fraction = found
    }
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction
  }

  private static func days(parsing text: Substring) -> Int64? {
    let fields = text.split(separator: "-", omittingEmptySubsequences: false)
    guard fields.count == 3, let year = number(fields[0], 4), let month = number(fields[1], 2),
      let day = number(fields[2], 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let days = daysSinceEpoch(year, month, day)
    return date(daysSinceEpoch: days) == (year, month, day) ? days : nil
  }

  private static func number(_ text: Substring, _ digits: Int) -> Int64? {
    guard text.count == digits, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int64(text)
  }

  // Days from and to civil dates, counted in eras of 400 years (146 097 days) that begin on the
  // first of March, so that the leap day is the last of its year.

  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(daysSinceEpoch days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    a >= 0 ? a / b : -((-a + b - 1) / b)
  }
}
