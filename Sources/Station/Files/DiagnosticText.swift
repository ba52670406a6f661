public import Documents
import FoundationEssentials
import Verdicts

/// Diagnostics as people and programs read them.
public enum DiagnosticText {
  /// Each problem with the line it points at.
  public static func lines(_ library: Library) -> [String] {
    library.diagnostics.all.map { diagnostic in
      if diagnostic.location.isArgument {
        return "\(diagnostic.location.file): \(diagnostic.severity.rawValue): \(diagnostic.message)"
      }
      guard let text = library.texts[diagnostic.location.file] else { return "\(diagnostic)" }
      return "\(diagnostic)\n\(diagnostic.excerpt(of: text))"
    }
  }

  /// All problems as a JSON array.
  public static func json(_ diagnostics: Diagnostics) -> String {
    ProblemList.json(diagnostics.all.map { Problem($0) })
  }
}

extension Rule.Origin {
  /// An argument of the command line: it stands in no file.
  static func argument(_ text: String) -> Self { Self(file: text, line: 0, column: 0) }
}

extension SourceLocation {
  /// Whether it is an argument of the command line, and no place in a file.
  var isArgument: Bool { line == 0 }
}

/// JSON for programs that read a command's output: sorted keys, so equal results are equal bytes.
enum JSON {
  static func text(_ value: some Encodable) -> String { encoded(value, [.prettyPrinted]) }

  /// For those who read line by line.
  static func line(_ value: some Encodable) -> String { encoded(value, []) }

  private static func encoded(
    _ value: some Encodable,
    _ form: JSONEncoder.OutputFormatting
  ) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = form.union([.sortedKeys, .withoutEscapingSlashes])
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "+Inf",
      negativeInfinity: "-Inf",
      nan: "NaN"
    )
    guard let data = try? encoder.encode(value) else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }
}
