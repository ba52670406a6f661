import Markup
import Testing

@Suite("XML writer")
struct XMLWriterTests {
  /// What an element `a` with this text looks like, without declaration and tags.
  private func text(_ raw: String) -> String {
    var xml = XMLWriter()
    xml.element("a", text: raw)
    return inside(xml.finish(), "<a>", "</a>\n")
  }

  private func cdata(_ raw: String) -> String {
    var xml = XMLWriter()
    xml.element("a", cdata: raw)
    return inside(xml.finish(), "<a>", "</a>\n")
  }

  private func attribute(_ raw: String) -> String {
    var xml = XMLWriter()
    xml.element("a", ["b": raw])
    return inside(xml.finish(), "<a b=\"", "\"/>\n")
  }

  private func inside(_ document: String, _ start: String, _ end: String) -> String {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + start
    #expect(document.hasPrefix(head) && document.hasSuffix(end))
    return String(
      decoding: document.utf8.dropFirst(head.utf8.count).dropLast(end.utf8.count),
      as: UTF8.self
    )
  }

  @Test("attributes stand in the order of the call, and nil leaves one out")
  func attributeOrder() {
    var xml = XMLWriter()
    xml.element("root", ["z": "1", "a": nil, "m": "2"]) { xml in
      xml.element("empty")
      xml.element("inner") { $0.element("leaf", text: "") }
    }
    #expect(
      xml.finish() == """
        <?xml version="1.0" encoding="UTF-8"?>
        <root z="1" m="2">
          <empty/>
          <inner>
            <leaf></leaf>
          </inner>
        </root>

        """
    )
  }

  @Test(
    "text is escaped exactly once",
    arguments: [
      ("a < b > c & d", "a &lt; b &gt; c &amp; d"),
      ("&amp;", "&amp;amp;"),
      ("]]>", "]]&gt;"),
      ("line\nnext\tcell", "line\nnext\tcell"),
      ("a\r\nb\rc", "a&#13;\nb&#13;c"),
      ("\"quoted\"", "\"quoted\""),
    ]
  )
  func escapedText(raw: String, written: String) { #expect(text(raw) == written) }

  @Test("an attribute keeps its line breaks and tabs")
  func attributeBreaks() {
    #expect(attribute("a\nb\tc\rd\"<&>") == "a&#10;b&#9;c&#13;d&quot;&lt;&amp;&gt;")
    #expect(attribute("a\r\nb") == "a&#13;&#10;b")
  }

  @Test(
    "a character outside XML 1.0 becomes visible, and is neither passed on nor lost",
    arguments: [
      ("\u{1B}[31m", "\\x1b[31m"), ("\0", "\\x00"), ("\u{1}", "\\x01"), ("\u{1F}", "\\x1f"),
      ("\u{FFFE}", "\\u{FFFE}"), ("\u{FFFF}", "\\u{FFFF}"),
    ]
  )
  func invisible(raw: String, written: String) {
    #expect(text(raw) == written)
    #expect(attribute(raw) == written)
    #expect(cdata(raw) == "<![CDATA[\(written)]]>")
  }

  @Test(
    "a character that XML 1.0 can hold is left alone",
    arguments: [
      "\u{7F}", "\u{85}", "\u{D7FF}", "\u{E000}", "\u{FFFD}", "\u{200F}", "⚡", "👩‍🔧", "\u{10FFFF}",
    ]
  )
  func untouched(raw: String) {
    #expect(text(raw) == raw)
    #expect(cdata(raw) == "<![CDATA[\(raw)]]>")
  }

  @Test(
    "the end of a CDATA section inside its text divides the section",
    arguments: [
      ("]]>", "<![CDATA[]]]]><![CDATA[>]]>"),
      ("]]]>", "<![CDATA[]]]]]><![CDATA[>]]>"),
      ("]]", "<![CDATA[]]]]>"),
      ("]>]", "<![CDATA[]>]]]>"),
      ("a\r\nb", "<![CDATA[a]]>&#13;<![CDATA[\nb]]>"),
      ("", "<![CDATA[]]>"),
      ("<&>", "<![CDATA[<&>]]>"),
    ]
  )
  func dividedSection(raw: String, written: String) { #expect(cdata(raw) == written) }
}

@Suite("Visible text")
struct VisibleTests {
  @Test(
    "a line has no break, no control and no change of direction",
    arguments: [
      ("  two \r\n lines\t", "two lines"),
      ("\u{1B}[2Jgone", "\\x1b[2Jgone"),
      ("\u{9B}31m", "\\x9b31m"),
      ("A\u{202E}1", "A\\u{202E}1"),
      ("a\u{2028}b\u{85}c", "a b c"),
      ("µ ± ⚡", "µ ± ⚡"),
      ("", ""),
    ]
  )
  func line(raw: String, shown: String) { #expect(Visible.line(raw) == shown) }

  @Test("what is cut from a line shows")
  func cut() {
    #expect(Visible.line("abcdef", limit: 3) == "abc…")
    #expect(Visible.line("abc", limit: 3) == "abc")
    #expect(Visible.line("ab cd", limit: 3).hasSuffix("…"))
  }
}
