import ResultStore
import Testing

/// The findings of many runs as CSV.
@Suite("History table")
struct HistoryTableTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func table(_ runs: [MadeRun], _ selection: Selection = Selection()) throws -> [[String]] {
    let history = try folder.filled(runs)
    var text = HistoryTable.header
    try history.forEach(selection) { text += HistoryTable.rows($0) }
    return text.split(separator: "\r\n").map(Self.cells)
  }

  /// The cells of a line: a comma between quotation marks is text.
  private static func cells(_ line: Substring) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }

  private func cells(_ table: [[String]], _ column: String) throws -> [String] {
    let index = try #require(table.first?.firstIndex(of: column))
    return table.dropFirst().map { $0[index] }
  }

  @Test("a row for each rule and remark, the oldest run first, and every row has every column")
  func rows() throws {
    var first = MadeRun("r1", [.init("A1", "S1", 0.001), .init("A2", "S2", 0.009)])
    first.day = 1
    var second = MadeRun("r2", [.init("A1", "S3", 0.009, fault: "bus dut")])
    second.day = 2
    second.rig = "twin"
    let table = try table([second, first])
    #expect(table.allSatisfy { $0.count == HistoryTable.columns.count })
    #expect(try cells(table, "run") == ["r1", "r1", "r2", "r2"])
    #expect(try cells(table, "rig") == ["host", "host", "twin", "twin"])
    #expect(try cells(table, "kind") == ["rule", "rule", "rule", "remark"])
    #expect(try cells(table, "verdict") == ["passed", "failed", "error", "error"])
    #expect(try cells(table, "sound") == ["yes", "yes", "no", "no"])
    #expect(try cells(table, "value") == ["0.001", "0.009", "0.009", ""])
    #expect(try cells(table, "part") == ["", "", "", "bus dut"])
  }

  @Test("only the positions that are meant")
  func selected() throws {
    var selection = Selection()
    selection.serial = "S2"
    let run = MadeRun("r1", [.init("A1", "S1", 0.001), .init("A2", "S2", 0.009)])
    #expect(try cells(try table([run], selection), "position") == ["A2"])
  }

  @Test("a serial number that a spreadsheet would take for a formula is text")
  func formula() throws {
    let run = MadeRun("r1", [.init("A1", "=HYPERLINK(1)", 0.001), .init("A2", "S2", 0.002)])
    #expect(try cells(try table([run]), "serial-number").first == "'=HYPERLINK(1)")
  }
}
