import Quantities
import Rig

/// Watches whether outputs stay as they were told between two looks at them: a relay that fell off
/// and came back is to blame for what was measured meanwhile.
final class ReadBackWatch: Sendable {
  /// How often an output was not as it was told, and how long altogether.
  struct Stray: Sendable {
    var count = 0
    var time = Duration.zero
  }

  private struct Entry {
    var isOn: Bool
    /// From when on the read-back must show it.
    var due: Instant
    var changed: Instant
    var stray = Stray()
  }

  private let entries = Locked<[OutputName: Entry]>([:])

  /// The output was told something; its read-back must show it from `due` on.
  func expect(_ output: OutputName, on: Bool, from due: Instant) {
    entries.withLock { entries in
      let stray = entries[output]?.stray ?? Stray()
      entries[output] = Entry(isOn: on, due: due, changed: due, stray: stray)
    }
  }

  /// A read-back changed. What it showed before began with the change before that.
  func receive(_ change: ReadBackChange) {
    entries.withLock { entries in
      guard var entry = entries[change.output] else { return }
      let strayed = change.time.duration(since: max(entry.due, entry.changed))
      if change.isOn == entry.isOn, strayed > .zero {
        entry.stray.count += 1
        entry.stray.time += strayed
      }
      entry.changed = change.time
      entries[change.output] = entry
    }
  }

  /// What an output did on its own since the last call, where that is over; nil for nothing.
  func takeStray(of output: OutputName) -> Stray? {
    entries.withLock { entries in
      guard let stray = entries[output]?.stray, stray.count > 0 else { return nil }
      entries[output]?.stray = Stray()
      return stray
    }
  }
}
