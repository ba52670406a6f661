import Quantities
import Rig

/// Watches whether outputs stay as they were told between two looks at them: a relay that fell off
/// and came back is to blame for what was measured meanwhile.
final class ReadBackWatch: Sendable {
  /// How often an output was not as it was told, and how long altogether.
  struct Stray: Hashable, Sendable {
    var count = 0
    var time = Duration.zero
  }

  /// Contacts bounce for so long after they closed.
  static let bounce = Duration.milliseconds(10)
  /// What is shorter is a spike on a wire: no contactor opens and closes in that time, and no meter
  /// notices. Many within `window` count by their sum.
  static let shortest = Duration.milliseconds(2)
  static let window = Duration.milliseconds(100)

  private struct Entry {
    var isOn: Bool
    /// From when on the read-back must show it; nil before it did so for the first time.
    var due: Instant?
    var changed = Instant.zero
    var stray = Stray()
    /// The spikes since `spikesBegan`, in all.
    var spikes = Duration.zero
    var spikesBegan = Instant.zero

    mutating func strayed(_ time: Duration, until end: Instant) {
      if end.duration(since: spikesBegan) > ReadBackWatch.window {
        spikes = .zero
        spikesBegan = end
      }
      spikes += time
      guard spikes >= ReadBackWatch.shortest else { return }
      stray.count += 1
      stray.time += spikes
      spikes = .zero
    }
  }

  private let entries = Locked<[OutputName: Entry]>([:])

  /// The output is told something: it is not watched before it is seen to obey.
  func command(_ output: OutputName, on: Bool) {
    entries.withLock { entries in
      // What it did before was another thing than it is told now.
      entries[output] = Entry(isOn: on)
    }
  }

  /// The output's read-back showed what it was told, and must do so from now on.
  func confirm(_ output: OutputName, at now: Instant) {
    entries.withLock { entries in
      guard entries[output]?.due == nil else { return }
      entries[output]?.due = now + Self.bounce
      entries[output]?.changed = now
    }
  }

  /// A read-back changed. What it showed before began with the change before that.
  func receive(_ change: ReadBackChange) {
    entries.withLock { entries in
      guard var entry = entries[change.output], let due = entry.due else { return }
      let time = change.time.duration(since: max(due, entry.changed))
      if change.isOn == entry.isOn, time > .zero { entry.strayed(time, until: change.time) }
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
