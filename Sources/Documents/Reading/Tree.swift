/// What a file says, before anyone asks at which path: the storage behind `Node`.
///
/// Aliases are resolved: the tree at an alias shares its anchor's content and stands where the
/// alias is written.
struct Tree: Sendable {
  /// A place in the text; both count from 1, columns in Unicode scalars.
  struct Mark: Hashable, Sendable {
    var line: Int
    var column: Int
    /// The file, where it is not that of the whole document.
    var file: String?
  }

  struct Entry: Sendable {
    var key: String
    var keyMark: Mark
    var value: Tree
  }

  enum Content: Sendable {
    /// A text as it was written; `isPlain` where it stands without quotes.
    case scalar(String, isPlain: Bool)
    case list([Tree])
    case mapping([Entry])
  }

  var content: Content
  var mark: Mark
  /// How many nodes this is once aliases are written out; saturates.
  var size: Int
  /// How many levels this is once aliases are written out; 1 for a scalar.
  var height: Int

  init(_ content: Content, _ mark: Mark) {
    self.content = content
    self.mark = mark
    let children: [Tree] =
      switch content {
      case .scalar: []
      case .list(let items): items
      case .mapping(let entries): entries.map(\.value)
      }
    // A key is a node too.
    let keys = if case .mapping = content { children.count } else { 0 }
    size = children.reduce(1 + keys) { sum, child in
      let (total, overflow) = sum.addingReportingOverflow(child.size)
      return overflow ? .max : total
    }
    height = 1 + (children.map(\.height).max() ?? 0)
  }

  /// The same tree, which says that it stands in a file of its own.
  func placed(in file: String) -> Tree {
    var mark = mark
    mark.file = mark.file ?? file
    switch content {
    case .scalar: return Tree(content, mark)
    case .list(let items): return Tree(.list(items.map { $0.placed(in: file) }), mark)
    case .mapping(let entries):
      let placed = entries.map { entry in
        var key = entry.keyMark
        key.file = key.file ?? file
        return Entry(key: entry.key, keyMark: key, value: entry.value.placed(in: file))
      }
      return Tree(.mapping(placed), mark)
    }
  }

  /// This tree with another one laid over it: mappings are joined key by key, a key with nothing goes,
  /// anything else is replaced.
  func overlaid(by other: Tree) -> Tree {
    guard case .mapping(let own) = content, case .mapping(let others) = other.content else {
      return other
    }
    var joined = own
    for entry in others {
      let index = joined.firstIndex { $0.key == entry.key }
      if case .scalar(let text, isPlain: true) = entry.value.content, Node.isNothing(text) {
        if let index { joined.remove(at: index) }
      } else if let index {
        joined[index] = Entry(
          key: entry.key,
          keyMark: entry.keyMark,
          value: joined[index].value.overlaid(by: entry.value)
        )
      } else {
        joined.append(entry)
      }
    }
    return Tree(.mapping(joined), other.mark)
  }
}
