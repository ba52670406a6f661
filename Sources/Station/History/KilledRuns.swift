import FoundationEssentials
import Glibc
import ResultStore
import RunRecord

/// Runs that began and whose processes are gone before they added themselves: what a meter failed in one is not
/// forgotten because it was killed.
enum KilledRuns {
  /// Adds them from their records.
  ///
  /// - Returns: the runs of which not all can be learned.
  static func add(to history: History) throws(HistoryError) -> [Problem] {
    var problems: [Problem] = []
    let all = try history.begunRuns()
    for begun in all {
      do {
        guard try !goesOn(begun) else { continue }
        let isOfThisBoot = begun.boot != nil && begun.boot == Boot.current
        // Nothing was done; unless another run had its record there before.
        if isOfThisBoot, isEmpty(begun.record), all.count(where: { $0.record == begun.record }) == 1
        {
          try history.forget(begun)
          continue
        }
        guard isFile(begun.record) else { throw Unusable(reason: "it is gone") }
        let (entry, staysOut, hasHole) = try RunHistory.read(begun.record)
        guard entry.run == begun.run, !staysOut else {
          throw Unusable(reason: "another run, \(entry.run), wrote its record there")
        }
        if try !history.holds(entry) { try history.add(entry) }
        if hasHole {
          throw Unusable(reason: "events are missing in it, and it is read up to there")
        }
        guard isOfThisBoot || entry.ended != nil else {
          throw Unusable(
            reason:
              "this computer may have been started anew since, and what was not yet on the disk be missing"
          )
        }
        guard begun.isLocked else {
          throw Unusable(reason: "nobody can see there whether it goes on", mayGoOn: true)
        }
        try history.forget(begun)
      } catch let error as HistoryError where error.kind != .record {
        throw error
      } catch {
        problems.append(
          Problem(
            text:
              "run \(begun.run) was begun and never told its end, and its record \(begun.record) does not give all of it: \(error); what its meters did is not known: add the record from where it is now, or a copy, with 'meterbench results add', or give the run up with 'meterbench results forget \(begun.run)'",
            isLost: (error as? Unusable)?.mayGoOn != true
          )
        )
      }
    }
    return problems
  }

  /// Whether the run itself is writing its record.
  static func goesOn(_ begun: BegunRun) throws -> Bool {
    guard try RecordWriter.isWriting(begun.record) else { return false }
    return RecordFolder(begun.record).run.map { $0 == begun.run } ?? true
  }

  /// A run of which not all can be learned, and what to do.
  struct Problem: Sendable {
    var text: String
    /// Whether what its meters did is known to nobody; a run that may go on tells it later.
    var isLost: Bool
  }

  private struct Unusable: Error, CustomStringConvertible {
    var reason: String
    var mayGoOn = false
    var description: String { reason }
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a record was begun and no event written, in none of its files: nothing was done.
  static func isEmpty(_ record: String) -> Bool {
    let folder = RecordFolder(record)
    return RecordFile.allCases.allSatisfy { file in
      var status = stat()
      return stat(folder.file(file.rawValue), &status) == 0 && status.st_size == 0
        && status.st_mode & S_IFMT == S_IFREG
    }
  }
}
