import FoundationEssentials
import Modbus

/// The table of the documentation, whose last column is what these tests find.
struct DocumentedTable {
  private static let path =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    + "/docs/fault-table.md"

  private var lines: [String]

  init() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The first cells of the rows, in order.
  var names: [String] { rows.map { cells(of: lines[$0]).first ?? "" } }

  /// The last cells of the rows, in order.
  var findings: [String] { rows.map { cells(of: lines[$0]).last ?? "" } }

  /// Puts other findings into the last cells and writes the file.
  mutating func record(_ findings: [String]) throws {
    for (row, finding) in zip(rows, findings) {
      let cells = cells(of: lines[row]).dropLast() + [finding]
      lines[row] = "| " + cells.joined(separator: " | ") + " |"
    }
    try lines.joined(separator: "\n").write(toFile: Self.path, atomically: true, encoding: .utf8)
  }

  /// The rows below the line that separates them from the head.
  private var rows: Range<Int> {
    guard let head = lines.firstIndex(where: { $0.hasPrefix("|---") }) else { return 0..<0 }
    let end = lines[(head + 1)...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
    return (head + 1)..<end
  }

  private func cells(of line: String) -> [String] {
    line.split(separator: "|").map { $0.drop { $0 == " " } }.map { cell in
      String(cell.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension [Finding] {
  /// The table's words for what was found: endings with the questions that ended so, then what the
  /// record keeps.
  var text: String {
    var groups: [(ending: Ending, labels: [String])] = []
    for finding in self {
      if groups.last?.ending == finding.ending {
        groups[groups.count - 1].labels.append(finding.label)
      } else {
        groups.append((finding.ending, [finding.label]))
      }
    }
    let endings = groups.map { group in
      (count == 1 ? "" : group.labels.joined(separator: ", ") + ": ") + group.ending.text
    }
    let kinds = reduce(into: Set()) { $0.formUnion($1.evidence) }
    let recorded = TracedFrame.Kind.allCases.filter(kinds.contains).map(\.word)
    return endings.joined(separator: "; ")
      + (recorded.isEmpty ? "" : ". Also recorded: " + recorded.joined(separator: ", "))
  }
}

extension TracedFrame.Kind {
  fileprivate var word: String {
    switch self {
    case .request, .reply, .probe, .echo, .noise: rawValue
    case .probeReply: "reply to the probe"
    case .stranger: "frame of the other unit"
    case .late: "late reply"
    case .damaged: "damaged reply"
    case .mismatched: "reply that does not fit"
    }
  }
}
