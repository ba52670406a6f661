/// One problem in a file: where it is, what was found and what was expected.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whether the file can be used in spite of the problem.
  public enum Severity: String, Hashable, Sendable, Codable {
    /// The file cannot be used.
    case error
    /// The file can be used, but probably does not say what was meant.
    case warning
  }

  /// Whether the file can be used in spite of the problem.
  public var severity: Severity
  /// The place to look at.
  public var location: SourceLocation
  /// The way through the file's structure, such as `steps[2].count-pulses.expect.rate`; empty at
  /// the top.
  public var path: String
  /// What is wrong and what was expected, in one line.
  public var message: String

  /// One problem in a file.
  public init(
    severity: Severity = .error,
    location: SourceLocation,
    path: String = "",
    message: String
  ) {
    self.severity = severity
    self.location = location
    self.path = path
    self.message = message
  }

  /// `Scenarios/eol.yaml:7:17: error: 0 is outside 1...60000 (at steps[1].timeout)`.
  public var description: String {
    "\(location): \(severity.rawValue): \(message)" + (path.isEmpty ? "" : " (at \(path))")
  }

  /// The line of `text` that the problem is in, with a caret below its column; empty where the
  /// text has no such line.
  ///
  /// - Parameter text: the text of the file that was read.
  public func excerpt(of text: String) -> String {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(location.line - 1) else { return "" }
    let line = lines[location.line - 1].filter { $0 != "\r" && $0 != "\u{FEFF}" }
    // Tabs stay tabs, so that the caret stands below its column however wide a tab is shown.
    let indent = line.prefix(max(0, location.column - 1)).map { $0 == "\t" ? "\t" : " " }
    return "\(String(String.UnicodeScalarView(line)))\n\(indent.joined())^"
  }
}

/// Everything that makes a file unusable, at once.
public struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, by file, line and column; never empty.
  public let diagnostics: [Diagnostic]

  /// - Precondition: `diagnostics` is not empty.
  public init(_ diagnostics: [Diagnostic]) {
    precondition(!diagnostics.isEmpty, "an error without a diagnostic says nothing")
    self.diagnostics = diagnostics
  }

  /// One line for each diagnostic.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}
