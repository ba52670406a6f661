import Foundation
import Testing

/// A JUnit document as others read it.
struct JUnitReading: Decodable {
  struct Counts: Decodable, Hashable {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    static func + (a: Counts, b: Counts) -> Counts {
      Counts(
        tests: a.tests + b.tests,
        failures: a.failures + b.failures,
        errors: a.errors + b.errors,
        skipped: a.skipped + b.skipped
      )
    }
  }

  struct Case: Decodable {
    var name: String?
    var classname: String?
    var time: String?
    /// Its elements, each with type, message and content.
    var children: [Child]

    var results: [Child] {
      children.filter { ["failure", "error", "skipped"].contains($0.tag) }
    }
  }

  struct Child: Decodable {
    var tag: String
    var type: String?
    var message: String?
    var content: String
  }

  struct Suite: Decodable {
    var name: String?
    var attributes: [String: String]
    var output: String
    var cases: [Case]
    /// Elements inside suites that hold cases of their own.
    var nested: Int
    /// As the document states them.
    var stated: Counts
    /// As junitparser counts the cases.
    var counted: Counts
  }

  var root: String
  var bytes: Int
  var suites: [Suite]
  /// As junitparser counts them over all suites.
  var counted: Counts

  /// What Python's junitparser and ElementTree find in each document.
  static func read(_ documents: [String], file: String = #filePath) throws -> [JUnitReading] {
    let python = URL(fileURLWithPath: file).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(".build-test/venv/bin/python")
    return try Tools.withDirectory { directory in
      let program = directory.appendingPathComponent("read.py")
      try Data(script.utf8).write(to: program)
      var arguments = [program.path]
      for (index, document) in documents.enumerated() {
        let url = directory.appendingPathComponent("\(index).xml")
        try Data(document.utf8).write(to: url)
        arguments.append(url.path)
      }
      let (status, output) = try Tools.run(
        python.path,
        arguments,
        package: "python3-venv, then Packaging/install-packages test"
      )
      try #require(status == 0, "junitparser refuses a document: \(output.suffix(2000))")
      return try JSONDecoder().decode([JUnitReading].self, from: Data(output.utf8))
    }
  }

  private static let script = """
    import json, os, sys, xml.etree.ElementTree as tree
    from junitparser import Error, Failure, JUnitXml, Skipped

    def counts(of):
      return {key: int(getattr(of, key) or 0) for key in ("tests", "failures", "errors", "skipped")}

    def counted(suites):
      cases = [case for suite in suites for case in suite]
      def number(kind):
        return sum(any(type(result) is kind for result in case.result) for case in cases)
      return dict(tests=len(cases), failures=number(Failure), errors=number(Error),
                  skipped=number(Skipped))

    def case(element):
      children = [dict(tag=c.tag, type=c.get("type"), message=c.get("message"),
                       content=c.text or "") for c in element]
      return dict(name=element.get("name"), classname=element.get("classname"),
                  time=element.get("time"), children=children)

    def document(path):
      xml = JUnitXml.fromfile(path)
      root = tree.parse(path).getroot()
      suites = []
      for suite, element in zip(xml, root.findall("testsuite"), strict=True):
        suites.append(dict(
          name=element.get("name"), attributes=dict(element.attrib),
          output=element.findtext("system-out") or "",
          cases=[case(c) for c in element.findall("testcase")],
          nested=len(element.findall("testsuite")), stated=counts(suite),
          counted=counted([suite])))
      return dict(root=root.tag, bytes=os.path.getsize(path), suites=suites,
                  counted=counted(list(xml)))

    sys.stdout.write(json.dumps([document(path) for path in sys.argv[1:]]))
    """
}
