import Scenarios
import Testing
import Verdicts

@Suite("Rules of serial numbers")
struct SerialNumberRulesTests {
  private func rules(_ change: (inout SerialNumberRules) -> Void) -> SerialNumberRules {
    var rules = SerialNumberRules(origin: Rule.Origin(file: "eol.yaml", line: 1, column: 1))
    change(&rules)
    return rules
  }

  @Test("A pattern is for the whole text, from its first to its last character")
  func pattern() throws {
    let rules = rules { $0.pattern = "[0-9]{8}" }
    #expect(try rules.reported(from: "21034567").text == "21034567")
    for text in ["2103456", "210345678", "x21034567", "21034567\n", ""] {
      #expect(throws: SerialNumberProblem.self, "\(text)") { try rules.reported(from: text) }
    }
  }

  @Test("A digit of a pattern is one of ten, whatever else the world counts with")
  func digits() throws {
    let rules = rules { $0.pattern = #"\d{3}"# }
    #expect(try rules.reported(from: "123").text == "123")
    #expect(throws: SerialNumberProblem.self) { try rules.reported(from: "١٢٣") }
  }

  @Test("Groups say which part the meter reports, and which part has the check digit")
  func groups() throws {
    let rules = rules {
      $0.pattern = "INT-(?<checked>(?<reported>[0-9]{8})[0-9])"
      $0.checkDigit = .luhn
    }
    #expect(try rules.reported(from: "INT-210345674").text == "21034567")
    let problem = #expect(throws: SerialNumberProblem.self) {
      try rules.reported(from: "INT-210345675")
    }
    #expect(problem?.description.contains("wrong check digit (luhn)") == true)
    #expect(throws: SerialNumberProblem.self) { try rules.reported(from: "210345674") }
  }

  @Test("Without a pattern a text of a wrong window is no serial number")
  func anything() {
    let rules = rules { _ in }
    for text in [
      "", "0", "0000", "two words", "tab\t", "\u{1B}[A", String(repeating: "7", count: 65),
    ] {
      #expect(throws: SerialNumberProblem.self, "\(text)") { try rules.reported(from: text) }
    }
  }
}

@Suite("Serial numbers")
struct SerialNumberTests {
  @Test(
    "Zeros before a number do not count; everything of any other text does",
    arguments: [
      ("21034567", "021034567", true), ("0", "000", true), ("21034567", "210345670", false),
      ("A012", "A12", false), ("0A12", "A12", false), ("ab1", "AB1", false), ("", "0", false),
      ("1", "１", false), ("12", "12 ", false),
    ]
  )
  func equality(a: String, b: String, isSame: Bool) {
    #expect((SerialNumber(a) == SerialNumber(b)) == isSame)
    if isSame { #expect(SerialNumber(a).hashValue == SerialNumber(b).hashValue) }
  }
}
