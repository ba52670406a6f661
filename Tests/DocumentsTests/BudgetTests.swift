import Documents
import Testing

// What is not bounded here would not end for years; how fast the machine is says nothing.
@Suite(.timeLimit(.minutes(5))) struct BudgetTests {
  /// Ten names a level, each level ten times the one before.
  private static func laughs(levels: Int, inKeys: Bool = false) -> String {
    var yaml = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...levels {
      let aliases = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
      yaml += "l\(level): &l\(level) [\(aliases)]\n"
    }
    return inKeys ? yaml + "keys: { [*l\(levels)]: x }\n" : yaml
  }

  @Test("Aliases that stand for billions of nodes are refused at once")
  func laughs() {
    let yaml = Self.laughs(levels: 40)
    // Writing the aliases out would never end.
    #expect(
      Samples.read(yaml)
        == ["f:5:55: error: the file has more than 100000 nodes with its aliases written out"]
    )
  }

  @Test("Aliases in a key are never compared with other keys")
  func laughsInKeys() {
    let lines = Samples.read(Self.laughs(levels: 40, inKeys: true))
    #expect(lines.count == 1)
  }

  @Test("Keys within keys cost no more than their text")
  func nestedKeys() {
    let items = String(repeating: "a,", count: 200_000)
    func time(keys: Int) -> Duration {
      ContinuousClock().measure {
        let lines = Samples.read(String(repeating: "? ", count: keys) + "[\(items)]\n")
        #expect(lines == ["f:1:1: error: '?' cannot start a value; put the text in quotes"])
      }
    }
    // Beside one key on the same machine: comparing each key with all that it holds takes some
    // hundred times as long.
    #expect(time(keys: 900) < time(keys: 1) * 30)
  }

  @Test("Aliases within the budget count as if they were written out")
  func expandedCount() {
    // 1 mapping, 3 keys, lists of 1 + 2, 1 + 2 × 3 and 1 + 7 nodes.
    let yaml = "a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b]\n"
    for (nodes, isRead) in [(22, true), (21, false)] {
      let budget = Document.Budget(nodes: nodes)
      #expect(
        ((try? Document(text: yaml, file: "f", budget: budget, into: Diagnostics())) != nil)
          == isRead
      )
    }
  }

  @Test("A file is read up to its last level and no deeper")
  func depth() {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    #expect(Samples.read(nested(64)) == [])
    #expect(
      Samples.read(nested(65)) == ["f:1:65: error: the file is nested more than 64 levels deep"]
    )
    let deepest = Samples.read(nested(100_000))
    #expect(deepest.count == 1)
    #expect(deepest.first?.hasSuffix("the file is nested more than 64 levels deep") == true)
  }

  @Test("An alias brings its levels along")
  func aliasDepth() {
    let budget = Document.Budget(depth: 4)
    let diagnostics = Diagnostics()
    let document = try? Document(
      text: "a: &a [[x]]\nb: [*a]\n",
      file: "f",
      budget: budget,
      into: diagnostics
    )
    #expect(document == nil)
    #expect(
      diagnostics.all.map(\.description)
        == ["f:2:5: error: the file is nested more than 4 levels deep"]
    )
  }

  @Test("A file beyond its length is not even parsed")
  func bytes() {
    let diagnostics = Diagnostics()
    let budget = Document.Budget(bytes: 10)
    #expect(throws: DocumentError.self) {
      try Document(text: "a: [broken, ", file: "f", budget: budget, into: diagnostics)
    }
    #expect(
      diagnostics.all.map(\.description)
        == ["f:1:1: error: the file has 12 bytes; at most 10 are read"]
    )
  }

  @Test("A large file of duplicate keys ends in a few passes")
  func manyDuplicates() {
    let yaml = String(repeating: "a: 1\n", count: 2_000)
    let lines = Samples.read(yaml)
    #expect(lines.count == 1)
    #expect(lines.first?.hasSuffix("the key 'a' is repeated in this mapping") == true)
  }
}
