import Foundation
import GRDB
import Testing
import Verdicts

@testable import ResultStore

/// The file: several writers, a full disk, a locked, damaged or foreign file.
@Suite("History file")
struct HistoryFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func run(_ name: String) -> MadeRun {
    MadeRun(name, [.init("A1", "S1", 0.001), .init("A2", "S2", 0.002)])
  }

  @Test("writers that open one new file at once lose no run")
  func concurrent() async throws {
    let path = folder.history
    let made = run("")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          for number in 0..<15 {
            // A connection each, as processes have.
            let history = try History(path, ifAbsent: .made, patience: .seconds(60))
            var run = made
            run.name = "w\(writer)-\(number)"
            try history.add(try run.entry())
          }
        }
      }
      try await group.waitForAll()
    }
    let history = try History(path)
    try history.check()
    #expect(try history.names().count == 90)
    #expect(try history.runs().allSatisfy { $0.positions.count == 2 })
  }

  @Test("whoever opens a new file at the same moment as others finds a whole one")
  func opened() async throws {
    for round in 0..<40 {
      let path = "\(folder.path)/new-\(round).sqlite"
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 {
          group.addTask { try History(path, ifAbsent: .made, patience: .seconds(60)).names().count }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts == [0, 0, 0, 0, 0, 0])
    }
  }

  @Test("where the room ends, what was acknowledged is there, and nothing of the run that was not")
  func full() throws {
    let history = try History(folder.history, ifAbsent: .made)
    try history.write { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages + 30)")
    }
    var acknowledged: [String] = []
    var refusal: HistoryError?
    while refusal == nil, acknowledged.count < 10_000 {
      let name = "r\(acknowledged.count)"
      do throws(HistoryError) {
        guard let entry = try? run(name).entry() else { break }
        try history.add(entry)
        acknowledged.append(name)
      } catch { refusal = error }
    }
    #expect(refusal?.kind == .full && acknowledged.count > 3)
    let again = try History(folder.history)
    try again.check()
    #expect(try again.names() == Set(acknowledged))
    let orphans = try again.read {
      try Int.fetchOne(
        $0,
        sql: "SELECT count(*) FROM findings WHERE runID NOT IN (SELECT id FROM runs)"
      )
    }
    #expect(orphans == 0)
  }

  @Test("a file that another process holds is named as held, and serves again after that")
  func locked() throws {
    let holder = try folder.filled([])
    let waiter = try History(folder.history, patience: .zero)
    try holder.queue.inDatabase { database in
      try database.beginTransaction(.immediate)
      let entry = try run("r1").entry()
      let error = #expect(throws: HistoryError.self) { try waiter.add(entry) }
      #expect(error?.kind == .busy)
      try database.commit()
    }
    #expect(try waiter.add(try run("r1").entry()) == .added)
  }

  @Test("a damaged file is named, and rebuilding mends it")
  func damaged() throws {
    let runs = (0..<40).map { run("r\($0)") }
    do { _ = try folder.filled(runs) }
    var bytes = try Data(contentsOf: URL(filePath: folder.history))
    #expect(bytes.count > 10 * 4096)
    for index in 5 * 4096..<6 * 4096 { bytes[index] = 0xA5 }
    try bytes.write(to: URL(filePath: folder.history))
    let error = #expect(throws: HistoryError.self) { try History(folder.history).check() }
    #expect(error?.kind == .corrupt && error?.text.contains("rebuild") == true)
    let aside = try History.setAside(folder.history)
    #expect(try Data(contentsOf: URL(filePath: aside)) == bytes)
    let mended = try folder.filled(runs)
    try mended.check()
    #expect(try mended.names().count == 40)
  }

  @Test("a file that is no database is named and kept", arguments: ["", "text"])
  func noDatabase(content: String) throws {
    let text = String(repeating: content, count: 1000)
    try text.write(toFile: folder.history, atomically: true, encoding: .utf8)
    guard !content.isEmpty else {
      // An empty file is what a killed process leaves before its first page.
      #expect(try History(folder.history).names().isEmpty)
      return
    }
    let error = #expect(throws: HistoryError.self) { try History(folder.history) }
    #expect(error?.kind == .corrupt)
    #expect(try String(contentsOfFile: folder.history, encoding: .utf8) == text)
  }

  @Test("another program's database, and a newer history, are left as they are")
  func foreign() throws {
    let other = try DatabaseQueue(path: folder.history)
    try other.write { try $0.execute(sql: "CREATE TABLE bookmarks (url TEXT)") }
    try other.close()
    let before = try Data(contentsOf: URL(filePath: folder.history))
    var error = #expect(throws: HistoryError.self) {
      try History(folder.history, ifAbsent: .made)
    }
    #expect(error?.kind == .foreign)
    #expect(try Data(contentsOf: URL(filePath: folder.history)) == before)

    let newer = "\(folder.path)/newer.sqlite"
    let history = try History(newer, ifAbsent: .made)
    try history.write { try $0.execute(sql: "PRAGMA user_version = 99") }
    error = #expect(throws: HistoryError.self) { try History(newer) }
    #expect(error?.kind == .foreign && error?.text.contains("newer") == true)
  }

  @Test("reading makes no history where there is none")
  func absent() throws {
    let error = #expect(throws: HistoryError.self) { try History(folder.history) }
    #expect(error?.kind == .absent)
    #expect(!FileManager.default.fileExists(atPath: folder.history))
  }

  @Test("a history made anew equals one that grew, whatever it held before")
  func rebuilt() throws {
    let runs = (0..<5).map { run("r\($0)") }
    let grown = try folder.filled(runs)
    let stale = try History("\(folder.path)/stale.sqlite", ifAbsent: .made)
    try stale.add(try run("gone").entry())
    let old = try stale.states()
    // Another process adds one meanwhile.
    try stale.add(try run("meanwhile").entry())
    #expect(try stale.replace(old, with: runs.map { try $0.entry() }).isEmpty)
    #expect(try stale.names() == (try grown.names()).union(["meanwhile"]))
    for name in try grown.names() {
      #expect(try stale.entry(of: name) == grown.entry(of: name))
    }
    let left = try stale.read { database in
      try ["positions", "findings", "identities", "files", "parameters"].map {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? 0
      }
    }
    #expect(left == [12, 12, 24, 12, 6])
  }
}
