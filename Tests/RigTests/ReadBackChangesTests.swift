import Quantities
import Rig
import Testing

@Suite("Changes of read-backs")
struct ReadBackChangesTests {
  @Test("However many come, each reaches the last watcher, and all that was kept goes in the end")
  func many() {
    let count = Locked(0)
    do {
      let changes = ReadBackChanges()
      changes.watch { _ in Issue.record("this watcher was replaced") }
      changes.watch { _ in count.withLock { $0 += 1 } }
      let change = ReadBackChange(output: .load("bank"), isOn: true, time: .zero)
      // A function that every access wrapped once more would overflow the stack when it goes.
      for _ in 0..<200_000 { changes.push(change) }
    }
    #expect(count.withLock { $0 } == 200_000)
  }
}
