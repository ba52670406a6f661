/// A value in a file, with the place where it is written and the way that leads to it.
public struct Node: Sendable {
  /// What a node can be.
  public enum Kind: String, Hashable, Sendable {
    /// A text, number or word, in quotes or not.
    case scalar = "a text"
    /// A sequence of nodes.
    case list = "a list"
    /// Keys with values.
    case mapping = "a mapping"
    /// Nothing: a key without a value, `~` or `null`.
    case nothing = "nothing"
  }

  private(set) var tree: Tree
  /// The way through the file's structure, such as `steps[2].expect`; empty at the top.
  public let path: String
  /// The node's key, if it is a mapping's value.
  public let key: String?
  private let keyMark: Tree.Mark?
  private let file: String

  /// A node that no key leads to: a file's top or a list's item.
  init(tree: Tree, path: String, file: String) {
    self.tree = tree
    self.path = path
    self.file = file
    key = nil
    keyMark = nil
  }

  private init(entry: Tree.Entry, of parent: Node) {
    tree = entry.value
    path = Self.join(parent.path, entry.key)
    file = parent.file
    key = entry.key
    keyMark = entry.keyMark
  }

  /// Where the value starts; at an alias, the place of the alias.
  public var location: SourceLocation { location(of: tree.mark) }

  /// Where the node's key stands, if it is a mapping's value.
  public var keyLocation: SourceLocation? { keyMark.map(location(of:)) }

  /// What the node is.
  public var kind: Kind {
    switch tree.content {
    case .scalar(let text, let isPlain): isPlain && Self.isNothing(text) ? .nothing : .scalar
    case .list: .list
    case .mapping: .mapping
    }
  }

  /// The values of a mapping in file order; empty for anything else.
  public var entries: [(key: String, node: Node)] {
    guard case .mapping(let entries) = tree.content else { return [] }
    return entries.map { ($0.key, Node(entry: $0, of: self)) }
  }

  /// The nodes of a list; empty for anything else.
  public var items: [Node] {
    guard case .list(let items) = tree.content else { return [] }
    return items.enumerated().map { index, item in
      Node(tree: item, path: "\(path)[\(index)]", file: file)
    }
  }

  /// The value of a mapping's key; nil where there is none.
  public subscript(key: String) -> Node? {
    guard case .mapping(let entries) = tree.content else { return nil }
    return entries.first { $0.key == key }.map { Node(entry: $0, of: self) }
  }

  /// This node with another one laid over it: mappings are joined key by key, a key with
  /// nothing (`~`) is taken out, anything else is replaced. Every part still says where it was written.
  public func overlaid(by other: Node) -> Node {
    Node(
      tree: tree.placed(in: file).overlaid(by: other.tree.placed(in: other.file)),
      path: path,
      file: other.file
    )
  }

  /// A mapping without some of its keys; anything else as it is.
  public func without(_ keys: String...) -> Node {
    guard case .mapping(let entries) = tree.content else { return self }
    return with(Tree(.mapping(entries.filter { !keys.contains($0.key) }), tree.mark))
  }

  /// The same node with other content at the same place.
  func with(_ tree: Tree) -> Node {
    var node = self
    node.tree = tree
    return node
  }

  /// The node's key as a node of its own: a text at the key's place.
  var keyNode: Node? {
    guard let key, let keyMark else { return nil }
    return Node(tree: Tree(.scalar(key, isPlain: false), keyMark), path: path, file: file)
  }

  /// The node as it would be without its quotes.
  var unquoted: Node {
    guard case .scalar(let text, _) = tree.content else { return self }
    return Node(tree: Tree(.scalar(text, isPlain: true), tree.mark), path: path, file: file)
  }

  func location(of mark: Tree.Mark) -> SourceLocation {
    SourceLocation(file: mark.file ?? file, line: mark.line, column: mark.column)
  }

  static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  static func isNothing(_ text: String) -> Bool {
    ["", "~", "null", "Null", "NULL"].contains(text)
  }
}
