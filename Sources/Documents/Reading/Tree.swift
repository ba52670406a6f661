/// What a file says, before anyone asks at which path: the storage behind `Node`.
///
/// Aliases are resolved: the tree at an alias shares its anchor's content and stands where the
/// alias is written.
struct Tree: Sendable {
  /// A place in the text; both count from 1, columns in Unicode scalars.
  struct Mark: Hashable, Sendable {
    var line: Int
    var column: Int
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
}
