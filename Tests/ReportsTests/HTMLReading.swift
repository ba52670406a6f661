import Foundation
import Testing

/// What Python's HTML parser finds in reports.
enum HTMLReading {
  struct Page: Decodable {
    /// Whatever a page must not have: tags that do not fit, scripts, things to load, two elements of one
    /// id, links to nowhere, characters that act.
    var faults: [String]
    var ids: [String]
    /// The text of every cell of a table's body, row by row.
    var rows: [[String]]
    /// The text of the elements of each class that tests ask for.
    var findings: [String]
    var hero: String
    var summaries: [String]
    var charts: [String]
  }

  static func pages(_ documents: [String]) throws -> [Page] {
    try Tools.withDirectory { directory in
      let script = directory.appendingPathComponent("read.py")
      try Data(reader.utf8).write(to: script)
      var arguments = [script.path]
      for (index, document) in documents.enumerated() {
        let file = directory.appendingPathComponent("\(index).html")
        try Data(document.utf8).write(to: file)
        arguments.append(file.path)
      }
      let (status, output) = try Tools.run("python3", arguments, package: "python3")
      try #require(status == 0, "\(output.suffix(2000))")
      return try JSONDecoder().decode([Page].self, from: Data(output.utf8))
    }
  }

  private static let reader = #"""
    import json, re, sys, unicodedata
    from html.parser import HTMLParser
    VOID = {"meta", "br", "hr"}
    ALLOWED = set("""html head meta title style body a header main footer section nav article div span p
      h1 h2 h3 h4 b strong small code pre dl dt dd ul li table caption thead tbody tr th td details summary
      figure figcaption svg defs symbol use path rect line circle polyline polygon text desc""".split())
    class Reader(HTMLParser):
      def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links, self.rows = [], [], [], [], []
        self.findings, self.summaries, self.charts, self.hero = [], [], [], ""
      def handle_starttag(self, tag, attributes):
        names = [n for n, _ in attributes]
        given = dict(attributes)
        if tag not in ALLOWED: self.faults.append("tag " + tag)
        if len(set(names)) != len(names): self.faults.append("attribute twice in " + tag)
        for name in names:
          if name.startswith("on") or name in ("src", "style", "action"):
            self.faults.append("attribute " + name)
        if "id" in given: self.ids.append(given["id"])
        if "href" in given: self.links.append(given["href"])
        if tag == "th" and "scope" not in given: self.faults.append("th without scope")
        if tag == "tr": self.rows.append([])
        if tag in ("td", "th") and self.rows: self.rows[-1].append("")
        classes = (given.get("class") or "").split()
        if "finding" in classes: self.findings.append("")
        if tag == "summary": self.summaries.append("")
        if tag == "figcaption": self.charts.append("")
        if tag not in VOID: self.open.append((tag, classes))
      def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag: self.faults.append("end of " + tag)
        else: self.open.pop()
      def handle_data(self, data):
        tags = [t for t, _ in self.open]
        if "style" in tags or "script" in tags:
          if re.search(r"url\(|@import|</", data): self.faults.append("the style sheet loads something")
          return
        for character in data:
          if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            self.faults.append("character %r" % character)
          if character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f\u200e":
            self.faults.append("direction %r" % character)
        if ("td" in tags or "th" in tags) and self.rows and self.rows[-1]: self.rows[-1][-1] += data
        if any("finding" in c for _, c in self.open): self.findings[-1] += data
        if any("hero" in c for _, c in self.open): self.hero += data
        if "summary" in tags: self.summaries[-1] += data
        if "figcaption" in tags: self.charts[-1] += data
    out = []
    for name in sys.argv[1:]:
      reader = Reader()
      reader.feed(open(name, encoding="utf-8").read())
      reader.close()
      if reader.open: reader.faults.append("never closed: %r" % reader.open)
      if len(set(reader.ids)) != len(reader.ids): reader.faults.append("two elements of one id")
      for link in reader.links:
        if not link.startswith("#") or link[1:] not in reader.ids: reader.faults.append("link " + link)
      out.append(dict(faults=reader.faults[:20], ids=reader.ids, findings=reader.findings,
                      rows=[[c.strip() for c in r] for r in reader.rows], hero=reader.hero,
                      summaries=reader.summaries, charts=reader.charts))
    sys.stdout.write(json.dumps(out))
    """#
}
