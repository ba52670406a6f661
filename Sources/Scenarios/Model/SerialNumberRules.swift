public import Verdicts

/// What a scenario says of the serial numbers of the meters that are put into the sockets.
public struct SerialNumberRules: Hashable, Sendable {
  /// What becomes of a meter that was tested before.
  public enum Ruling: String, Hashable, Sendable, CaseIterable {
    case allow, warn, refuse
  }

  /// The form of a serial number as a regular expression that the whole text must match; nil where any
  /// text will do. A group `reported` is the part that the meter reports, a group `checked` the part that
  /// the check digit belongs to; each is the whole text where there is no such group.
  public var pattern: String?
  public var checkDigit: CheckDigit?
  /// Whether a run must say which meter each position holds.
  public var isRequired = false
  public var alreadyPassed = Ruling.warn
  public var failedBefore = Ruling.warn
  /// Where the scenario says so; the top of the file where it says nothing.
  public var origin: Rule.Origin

  /// No more than that a number is a number.
  public init(origin: Rule.Origin) { self.origin = origin }

  /// More than any label holds; a whole text from a wrong window does not count as a number.
  public static let longest = 64

  /// The number that the meter should report, from what a label or a person gives.
  ///
  /// - Throws: ``SerialNumberProblem`` where it cannot be a serial number of this scenario.
  public func reported(from text: String) throws(SerialNumberProblem) -> SerialNumber {
    guard !text.isEmpty else { throw .init("a serial number is missing") }
    let isPrintable = text.unicodeScalars.allSatisfy { scalar in
      scalar.value >= 0x20 && scalar.value != 0x7F && !scalar.properties.isWhitespace
    }
    guard text.utf8.count <= Self.longest, isPrintable else {
      throw .init(
        "'\(text.prefix(Self.longest))' is no serial number: at most \(Self.longest) characters, no space among them"
      )
    }
    var reported = text[...]
    var checked = text[...]
    if let pattern {
      guard let match = try? Self.expression(pattern).wholeMatch(in: text) else {
        throw .init("'\(text)' has not the form of a serial number, which is \(pattern)")
      }
      reported = Self.group("reported", of: match) ?? reported
      checked = Self.group("checked", of: match) ?? checked
    }
    if let checkDigit, !checkDigit.holds(for: checked) {
      throw .init(
        "'\(text)' has a wrong check digit (\(checkDigit.rawValue)): it was misread or mistyped, or is no serial number"
      )
    }
    let number = SerialNumber(String(reported))
    guard !number.isUnset else {
      throw .init("'\(text)' is no serial number: a meter that was never given one reports it")
    }
    return number
  }

  /// Why a pattern is none; nil where it is one.
  static func problem(withPattern pattern: String) -> String? {
    do {
      _ = try expression(pattern)
      return nil
    } catch {
      return "'\(pattern)' is no regular expression: \(error)"
    }
  }

  private static func expression(_ pattern: String) throws -> Regex<AnyRegexOutput> {
    // Digits and letters as every other tool has them.
    try Regex(pattern).asciiOnlyDigits().asciiOnlyWordCharacters()
  }

  private static func group(
    _ name: String,
    of match: Regex<AnyRegexOutput>.Match
  ) -> Substring? {
    match.output[name]?.substring
  }
}

/// Why a text is no serial number of a scenario.
public struct SerialNumberProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(_ description: String) { self.description = description }
}
