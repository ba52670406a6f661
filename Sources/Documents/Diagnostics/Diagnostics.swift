/// Collects every problem of one or more files, instead of stopping at the first.
public final class Diagnostics {
  private var collected: [Diagnostic] = []
  private var known: Set<Diagnostic> = []

  /// Without a problem yet.
  public init() {}

  /// Everything reported so far by file, line and column; problems of one place in the order in
  /// which they were reported.
  public var all: [Diagnostic] {
    collected.enumerated()
      .sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }
      .map(\.element)
  }

  /// Whether anything makes a file unusable.
  public var hasErrors: Bool { collected.contains { $0.severity == .error } }

  /// Adds a problem; one that was reported already, as by each case of a matrix, is said once.
  public func report(_ diagnostic: Diagnostic) {
    if known.insert(diagnostic).inserted { collected.append(diagnostic) }
  }

  /// Adds a problem at a node's value.
  public func report(
    _ message: String,
    at node: Node,
    severity: Diagnostic.Severity = .error
  ) {
    report(message, at: node.location, path: node.path, severity: severity)
  }

  /// Adds a problem with a node's key rather than with its value.
  public func report(_ message: String, atKeyOf node: Node) {
    report(message, at: node.keyLocation ?? node.location, path: node.path)
  }

  /// Adds a problem at a place.
  ///
  /// - Parameter path: the way through the file's structure; empty where there is none.
  public func report(
    _ message: String,
    at location: SourceLocation,
    path: String = "",
    severity: Diagnostic.Severity = .error
  ) {
    report(Diagnostic(severity: severity, location: location, path: path, message: message))
  }

  /// Ends reading where there is an error; warnings pass, but are part of a thrown error.
  ///
  /// - Throws: everything reported so far.
  public func throwIfErrors() throws(DocumentError) {
    if hasErrors { throw DocumentError(all) }
  }
}
