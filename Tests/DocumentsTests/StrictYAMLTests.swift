import Documents
import Testing

@Suite struct StrictYAMLTests {
  @Test(
    "What strict YAML has not is refused where it stands",
    arguments: [
      ("", ["f:1:1: error: the file is empty"]),
      ("# only a comment\n", ["f:1:1: error: the file is empty"]),
      (
        "a: 1\n---\nb: 2\n",
        ["f:2:1: error: a second document starts here; a file holds exactly one"]
      ),
      ("a:\n\tb: 1\n", ["f:2:1: error: a tab cannot indent; use spaces"]),
      ("a: @b\n", ["f:1:4: error: '@' cannot start a value; put the text in quotes"]),
      (
        "a: [1, 2\nb: 3\n",
        [
          "f:2:2: error: not YAML: did not find expected ',' or ']' while parsing a flow sequence from line 1"
        ]
      ),
      ("a: b: c\n", ["f:1:5: error: not YAML: mapping values are not allowed in this context"]),
      (
        "a: 'x\n",
        [
          "f:2:1: error: not YAML: found unexpected end of stream while scanning a quoted scalar from line 1"
        ]
      ),
      ("a: \u{1}\n", ["f:1:4: error: the character U+0001 is not allowed in a file"]),
      ("a: x\u{2028}y\n", ["f:1:5: error: the character U+2028 is not allowed in a file"]),
      ("a: x\u{202E}y\n", ["f:1:5: error: the character U+202E is not allowed in a file"]),
      ("a: x\u{FEFF}\n", ["f:1:5: error: the character U+FEFF is not allowed in a file"]),
      ("a: 1\rb: 2\n", ["f:1:5: error: the character U+000D is not allowed in a file"]),
      ("a: \u{E000}b\n", ["f:1:4: error: the character U+E000 is not allowed in a file"]),
      (
        "a: \"\\uE000\"\n",
        ["f:1:5: error: the character U+E000 is not allowed in a file"]
      ),
      ("a: \"x\\0\"\n", ["f:1:4: error: the text contains the character U+0000 (at a)"]),
      (
        "a: !!int 5\n",
        ["f:1:4: error: tags such as '!!int' are not supported; remove the tag (at a)"]
      ),
      (
        "a: &x !y [1]\n",
        ["f:1:4: error: tags such as '!!int' are not supported; remove the tag (at a)"]
      ),
      (
        "a: &x {}\nb:\n  <<: *x\n",
        ["f:3:3: error: merge keys ('<<') are not supported; write the keys out (at b)"]
      ),
      ("{ [a]: 1 }\n", ["f:1:3: error: a key must be a plain text"]),
      ("a: ? b\n", ["f:1:4: error: '?' cannot start a value; put the text in quotes (at a)"]),
      (
        "? [a]\n: 1\n", ["f:2:1: error: a key must stand before its ':' in the same line"]
      ),
      (
        "{ a: 1 }\nb: 2\n",
        ["f:2:1: error: the file's value ends before this; check brackets and indentation"]
      ),
      ("a: &x k\n*x : 1\n", ["f:2:1: error: a key cannot be an alias"]),
      (
        "a: *x\n",
        [
          "f:1:4: error: no anchor '&x' stands before this alias; put a text that starts with '*' in quotes (at a)"
        ]
      ),
      (
        "a: &x [*x]\n",
        [
          "f:1:8: error: no anchor '&x' stands before this alias; put a text that starts with '*' in quotes (at a[0])"
        ]
      ),
      (
        "a: **\n",
        [
          "f:1:4: error: no anchor '&*' stands before this alias; put a text that starts with '*' in quotes (at a)"
        ]
      ),
      ("'': 1\n", ["f:1:1: error: a key must be a plain text of one line"]),
    ]
  )
  func refused(yaml: String, expected: [String]) {
    #expect(Samples.read(yaml) == expected)
  }

  @Test(
    "A duplicate key is reported at its own place",
    arguments: [
      (
        "a: 1\nb: 2\na: 3\n",
        ["f:3:1: error: duplicate key 'a'; it is already set in line 1 (at a)"]
      ),
      (
        "a: 1\nb: { c: 1, 'c': 2, c: 3 }\na: 4\n",
        [
          "f:2:12: error: duplicate key 'c'; it is already set in line 2 (at b.c)",
          "f:2:20: error: duplicate key 'c'; it is already set in line 2 (at b.c)",
          "f:3:1: error: duplicate key 'a'; it is already set in line 1 (at a)",
        ]
      ),
      (
        "x:\n  - 'long key': 1\n    other: 2\n    long key: 3\n",
        ["f:4:5: error: duplicate key 'long key'; it is already set in line 2 (at x[0].long key)"]
      ),
      ("'': 1\n'': 2\n", ["f:1:1: error: the key '' is repeated in this mapping"]),
      (
        "a*: 1\nb: 2\n\"a*\": 3\n",
        ["f:3:1: error: duplicate key 'a*'; it is already set in line 1 (at a*)"]
      ),
      ("&k a: 1\na: 2\n", ["f:1:1: error: the key 'a' is repeated in this mapping"]),
    ]
  )
  func duplicates(yaml: String, expected: [String]) {
    #expect(Samples.read(yaml) == expected)
  }

  @Test("A duplicate key does not hide what is wrong elsewhere")
  func duplicatesAndMore() {
    #expect(
      Samples.read("baud: 9600\nbaud: 1\nparity: x\n", as: Samples.serial) == [
        "f:2:1: error: duplicate key 'baud'; it is already set in line 1 (at baud)",
        "f:3:9: error: expected one of 'none', 'even' or 'odd', found 'x' (at parity)",
      ]
    )
  }

  @Test("Scalars stay as they were written")
  func verbatim() throws {
    let yaml = """
      - no
      - 010
      - 12:30
      - 2027-05-01
      - 1_000
      - 'it''s'
      - "a\\tb*c"
      - 3 * 4
      - is it? yes
      - ?x
      - |
        two
        lines
      - >-
        folded
        text
      """
    let document = try Document(text: yaml, file: "f", into: Diagnostics())
    #expect(
      document.root.items.map(\.text) == [
        "no", "010", "12:30", "2027-05-01", "1_000", "it's", "a\tb*c", "3 * 4", "is it? yes", "?x",
        "two\nlines\n",
        "folded text",
      ]
    )
  }

  @Test("Lines end alike with and without a carriage return, and a byte order mark is no column")
  func lineEnds() throws {
    let document = try Document(
      text: "\u{FEFF}a: 1\r\nb:\r\n  c: 2\r\n",
      file: "f",
      into: Diagnostics()
    )
    let node = try #require(document.root["b"]?["c"])
    #expect(document.root["a"]?.keyLocation?.description == "f:1:1")
    #expect(node.location.description == "f:3:6")
    #expect(node.text == "2")
  }

  @Test("Bytes that are not UTF-8 are reported with their line and column")
  func bytes() {
    let diagnostics = Diagnostics()
    #expect(throws: DocumentError.self) {
      try Document(bytes: Array("a: ü\nb: ".utf8) + [0xFF], file: "f", into: diagnostics)
    }
    #expect(
      diagnostics.all.map(\.description)
        == ["f:2:4: error: this byte is not UTF-8; save the file as UTF-8"]
    )
  }
}
