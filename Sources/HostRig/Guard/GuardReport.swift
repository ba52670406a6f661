import Quantities

/// What a guard says of itself; `Sources/meterbench-guard/guard.c` describes the lines.
enum GuardReport: Hashable, Sendable {
  /// The greeting.
  case welcome(version: Int)
  /// The configuration is held.
  case held
  /// A line of the configuration, counted from 0 on, cannot be had.
  case unfit(line: Int, code: Int32)
  /// An interlock opened or closed.
  case interlock(input: Int, isOpen: Bool, at: Instant)
  /// A read-back changed.
  case readBack(input: Int, isOn: Bool, at: Instant)
  /// The lease was not renewed in time.
  case expired
  /// An output cannot be made safe; the guard goes on trying.
  case unsafe(String)
  /// Another client is there.
  case busy(process: Int)
  /// The guard was started by another user.
  case foreign(user: Int)
  /// How many lines it holds.
  case holding(outputs: Int, inputs: Int)

  /// The version of the lines; both ends must have the same.
  static let version = 2

  /// What a line says; nil for one that this version does not know.
  static func decode(_ line: String) -> PartsConnection<GuardReport>.Incoming? {
    if let why = reason(ofUnsafe: line) { return .report(.unsafe(why)) }
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    let numbers = words.dropFirst().flatMap { $0.split(separator: " ") }.map { Int($0) }
    switch (words.first, numbers.first.flatMap(\.self), numbers.dropFirst().first.flatMap(\.self)) {
    case ("done", let id?, _): return .answer(id: id, isOn: nil)
    case ("value", let id?, let value?): return .answer(id: id, isOn: value == 1)
    case ("refused", let id?, _):
      return .refusal(id: id, why: words.count > 2 ? String(words[2]) : "")
    case ("guard", let version?, nil): return .report(.welcome(version: version))
    case ("held", nil, nil): return .report(.held)
    case ("unfit", let line?, let code?):
      return Int32(exactly: code).map { .report(.unfit(line: line, code: $0)) }
    case ("interlock", let input?, let isOpen?):
      guard numbers.count == 3, let time = numbers[2] else { return nil }
      let at = Instant(nanoseconds: Int64(time))
      return .report(.interlock(input: input, isOpen: isOpen == 1, at: at))
    case ("read-back", let input?, let isOn?):
      guard numbers.count == 3, let time = numbers[2] else { return nil }
      let at = Instant(nanoseconds: Int64(time))
      return .report(.readBack(input: input, isOn: isOn == 1, at: at))
    case ("expired", nil, nil): return .report(.expired)
    case ("busy", let process?, nil): return .report(.busy(process: process))
    case ("foreign", let user?, nil): return .report(.foreign(user: user))
    case ("holding", let outputs?, let inputs?):
      return .report(.holding(outputs: outputs, inputs: inputs))
    default: return nil
    }
  }

  private static func reason(ofUnsafe line: String) -> String? {
    let mark = "unsafe "
    return line.hasPrefix(mark) ? String(line.dropFirst(mark.count)) : nil
  }
}
