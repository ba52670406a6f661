import Scenarios
import Testing

/// Check digits against published examples, and against what they are made to find.
@Suite("Check digits")
struct CheckDigitTests {
  @Test(
    "Published examples hold",
    arguments: [
      // The example of ISO/IEC 7812-1 as textbooks give it, and one more.
      (CheckDigit.luhn, "79927398713"), (.luhn, "49927398716"),
      // The example of GS1's own calculator, and an ISBN.
      (.gs1, "6291041500213"), (.gs1, "9780306406157"), (.gs1, "73513537"),
      // The example of ISO/IEC 7064, and two of ORCID's.
      (.mod11, "07940"), (.mod11, "0000000218250097"), (.mod11, "000000021694233X"),
      // The example of ISO/IEC 7064, a legal entity, and an account as ISO 13616 turns it round.
      (.mod97, "79444"), (.mod97, "5493001KJTIIGC8Y1R12"), (.mod97, "WEST12345698765432GB82"),
    ]
  )
  func published(method: CheckDigit, code: String) {
    #expect(method.holds(for: code))
  }

  @Test("Every wrong digit is found, at every place of many codes", arguments: CheckDigit.allCases)
  func singleDigits(method: CheckDigit) throws {
    for code in try Self.codes(method) {
      let digits = Array(code)
      for place in digits.indices where digits[place].isNumber {
        for other in "0123456789" where other != digits[place] {
          var wrong = digits
          wrong[place] = other
          #expect(!method.holds(for: String(wrong)), "\(code) with \(other) at \(place)")
        }
      }
    }
  }

  @Test(
    "Two neighbours that changed places are found by the methods of ISO/IEC 7064",
    arguments: [CheckDigit.mod11, .mod97]
  )
  func transpositions(method: CheckDigit) throws {
    for code in try Self.codes(method) {
      let digits = Array(code)
      for place in digits.indices.dropLast()
      where digits[place] != digits[place + 1] && digits[place + 1] != "X" {
        var wrong = digits
        wrong.swapAt(place, place + 1)
        #expect(!method.holds(for: String(wrong)), "\(code) at \(place)")
      }
    }
  }

  @Test(
    "What a method has no value for is wrong, and so is what is too short to be checked",
    arguments: CheckDigit.allCases
  )
  func foreign(method: CheckDigit) {
    for code in ["", "0", "X", "7992739871Z3x", "7992 7398713", "79927398713\n", "٧٩٩٢٧٣٩٨٧١٣"] {
      #expect(!method.holds(for: code), "\(code)")
    }
  }

  /// Random codes with the check characters that make them hold.
  private static func codes(_ method: CheckDigit) throws -> [String] {
    var state: UInt64 = 7
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let endings =
      method == .mod97
      ? (0..<100).map { $0 < 10 ? "0\($0)" : "\($0)" } : (0..<10).map { "\($0)" } + ["X"]
    return try (0..<100).map { _ in
      let body = (0..<(1 + next(18))).map { _ in "\(next(10))" }.joined()
      let ending = endings.first { method.holds(for: body + $0) }
      return body + (try #require(ending, "\(body)"))
    }
  }
}
