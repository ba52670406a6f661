/// A file of strict YAML.
///
/// Strict means: one document; no duplicate keys, merge keys (`<<`), tags or keys that are not
/// plain text; scalars stay as they were written, so that `no`, `010` and `12:30` are never turned
/// into something else.
public struct Document: Sendable {
  /// What a file may cost. Aliases count as if they were written out, so that a short file cannot
  /// stand for a gigantic one.
  public struct Budget: Hashable, Sendable {
    /// The length of the file in UTF-8 bytes.
    public var bytes: Int
    /// The number of nodes (keys, values, lists and mappings).
    public var nodes: Int
    /// The number of levels.
    public var depth: Int

    /// A budget; see the properties.
    public init(bytes: Int = 1 << 20, nodes: Int = 100_000, depth: Int = 64) {
      self.bytes = bytes
      self.nodes = nodes
      self.depth = depth
    }

    /// 1 MiB, 100 000 nodes, 64 levels.
    public static let `default` = Budget()
  }

  /// The file's name as the user knows it; it begins every diagnostic.
  public let file: String
  /// The file's text.
  public let text: String
  /// The file's top node.
  public let root: Node

  /// Reads a file's text.
  ///
  /// - Parameters:
  ///   - text: the file's text; a byte order mark at its start is passed over.
  ///   - file: the file's name as the user knows it.
  ///   - budget: what the file may cost.
  ///   - diagnostics: gets every problem, also those that are thrown. Duplicate keys and the like
  ///     are reported here while reading goes on, so that one run shows everything.
  /// - Throws: the diagnostics of this file, where it is so broken that there is no node to read.
  public init(
    text: String,
    file: String,
    budget: Budget = .default,
    into diagnostics: Diagnostics
  ) throws(DocumentError) {
    let own = Diagnostics()
    var composer = Composer(file: file, budget: budget, diagnostics: own)
    let tree = composer.compose(text)
    own.all.forEach(diagnostics.report)
    guard let tree else { throw DocumentError(own.all) }
    self.file = file
    self.text = text
    root = Node(tree: tree, path: "", file: file)
  }

  /// Reads a file's bytes, which must be UTF-8; see `init(text:file:budget:into:)`.
  public init(
    bytes: [UInt8],
    file: String,
    budget: Budget = .default,
    into diagnostics: Diagnostics
  ) throws(DocumentError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let place = Self.firstInvalid(bytes)
      let diagnostic = Diagnostic(
        location: SourceLocation(file: file, line: place.line, column: place.column),
        message: "this byte is not UTF-8; save the file as UTF-8"
      )
      diagnostics.report(diagnostic)
      throw DocumentError([diagnostic])
    }
    try self.init(text: text, file: file, budget: budget, into: diagnostics)
  }

  private static func firstInvalid(_ bytes: [UInt8]) -> Tree.Mark {
    var place = Tree.Mark(line: 1, column: 1)
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while case .valid(let encoded) = parser.parseScalar(from: &iterator) {
      if encoded.first == UInt8(ascii: "\n") {
        place = Tree.Mark(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }
}
