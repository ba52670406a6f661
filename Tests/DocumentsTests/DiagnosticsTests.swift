import Documents
import Testing

@Suite struct DiagnosticsTests {
  private func place(_ file: String, _ line: Int, _ column: Int) -> Documents.SourceLocation {
    Documents.SourceLocation(file: file, line: line, column: column)
  }

  @Test("Problems are sorted by place, those of one place by time")
  func order() {
    let diagnostics = Diagnostics()
    for (message, location) in [
      ("e", place("b", 1, 1)), ("c", place("a", 10, 1)), ("a", place("a", 2, 9)),
      ("d", place("a", 10, 1)), ("b", place("a", 2, 10)),
    ] {
      diagnostics.report(message, at: location)
    }
    #expect(diagnostics.all.map(\.message) == ["a", "b", "c", "d", "e"])
  }

  @Test("Warnings stop nothing")
  func warnings() throws {
    let diagnostics = Diagnostics()
    diagnostics.report("odd", at: place("f", 1, 1), severity: .warning)
    try diagnostics.throwIfErrors()
    #expect(!diagnostics.hasErrors)
    diagnostics.report("wrong", at: place("f", 2, 1), path: "a.b")
    let error = #expect(throws: DocumentError.self) { try diagnostics.throwIfErrors() }
    #expect(error?.description == "f:1:1: warning: odd\nf:2:1: error: wrong (at a.b)")
  }

  @Test(
    "An excerpt has the caret below the column",
    arguments: [
      (1, 1, "a: ü x\n^"), (1, 6, "a: ü x\n     ^"), (2, 2, "\tb: 1\n\t^"), (3, 1, "\n^"),
      (9, 1, ""),
      (0, 1, ""),
    ]
  )
  func excerpt(line: Int, column: Int, expected: String) {
    let diagnostic = Diagnostic(location: place("f", line, column), message: "")
    #expect(diagnostic.excerpt(of: "a: ü x\r\n\tb: 1\n") == expected)
  }

  @Test(
    "The nearest name is what was probably meant",
    arguments: [
      ("bauds", "baud"), ("buad", "baud"), ("Baud", "baud"), ("band", "baud"), ("xx", nil),
      ("b", nil), ("", nil), ("adress", "address"), ("adres", "address"), ("addres-s", "address"),
      ("stop-bit", "stop-bits"), ("stopbits", "stop-bits"), ("parities", nil),
    ] as [(String, String?)]
  )
  func nearestName(written: String, meant: String?) {
    #expect(nearest(written, in: ["baud", "address", "stop-bits", "parity", "x"]) == meant)
  }
}
