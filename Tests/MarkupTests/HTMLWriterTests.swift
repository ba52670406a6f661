import Testing

@testable import Markup

@Suite("HTML writer")
struct HTMLWriterTests {
  private func written(_ content: (inout HTMLWriter) -> Void) -> String {
    var writer = HTMLWriter()
    content(&writer)
    return String(writer.finish().dropFirst("<!DOCTYPE html>\n".count))
  }

  @Test("text and attributes are escaped once")
  func escaping() {
    let text = written {
      $0.element("p", ["title": "\"><script>'&amp;"], text: "</p><script>&lt; ]]>")
    }
    #expect(
      text
        == "<p title=\"&quot;&gt;&lt;script&gt;'&amp;amp;\">&lt;/p&gt;&lt;script&gt;&amp;lt; ]]&gt;</p>\n"
    )
  }

  @Test("characters that act are shown instead, and lines and tabs are kept")
  func visible() {
    let text = written { $0.element("b", text: "a\u{1B}[31m\u{0}\u{202E}b\r\n\tc\u{85}é👩‍🔧") }
    #expect(text == "<b>a\\x1b[31m\\x00\\u{202E}b\\x0d\n\tc\\x85é👩‍🔧</b>")
  }

  @Test("void elements have no end, and inline ones no line of their own")
  func layout() {
    let text = written {
      $0.element("meta", ["charset": "utf-8", "name": nil])
      $0.element("p") {
        $0.element("b", text: "a")
        $0.text("c")
        $0.element("div")
      }
    }
    #expect(text == "<meta charset=\"utf-8\"><p><b>a</b>c<div></div>\n</p>\n")
  }
}
