public import Quantities

/// Who waits on a lane, and until when; in the order of deadlines, and of arrival where those are
/// equal.
public final class Timetable: Sendable {
  typealias Ticket = UInt64

  private struct Entry {
    var ticket: Ticket
    var deadline: Instant

    static func precedes(_ a: Entry, _ b: Entry) -> Bool {
      (a.deadline, a.ticket) < (b.deadline, b.ticket)
    }
  }

  private struct State {
    var nextTicket: Ticket = 0
    var waiting: [Ticket: CheckedContinuation<Waking, Never>] = [:]
    /// A binary heap; entries whose ticket no longer waits are skipped when they surface.
    var heap: [Entry] = []
  }

  private let state = Locked(State())
  /// Told when an earlier deadline than all before was entered, so that a thread that waits for
  /// the old one looks again.
  private let onEarlierDeadline: @Sendable () -> Void

  /// An empty timetable.
  public init(onEarlierDeadline: @escaping @Sendable () -> Void = {}) {
    self.onEarlierDeadline = onEarlierDeadline
  }

  /// How many wait.
  public var count: Int { state.withLock { $0.waiting.count } }

  /// The earliest deadline that somebody still waits for.
  public var nextDeadline: Instant? {
    state.withLock { state in
      Self.dropEnded(&state)
      return state.heap.first?.deadline
    }
  }

  /// Wakes the first who waits until `now` or earlier.
  ///
  /// - Returns: false where there is nobody.
  public func wakeNext(dueBy now: Instant) -> Bool {
    let continuation = state.withLock { state -> CheckedContinuation<Waking, Never>? in
      Self.dropEnded(&state)
      guard let first = state.heap.first, first.deadline <= now else { return nil }
      Self.removeFirst(&state.heap)
      return state.waiting.removeValue(forKey: first.ticket)
    }
    continuation?.resume(returning: .deadline)
    return continuation != nil
  }

  func issueTicket() -> Ticket {
    state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
  }

  func park(
    _ ticket: Ticket,
    until deadline: Instant?,
    _ continuation: CheckedContinuation<Waking, Never>
  ) {
    let isEarliest = state.withLock { state in
      state.waiting[ticket] = continuation
      guard let deadline else { return false }
      Self.insert(Entry(ticket: ticket, deadline: deadline), into: &state.heap)
      return state.heap.first?.ticket == ticket
    }
    if isEarliest { onEarlierDeadline() }
  }

  func end(_ ticket: Ticket, _ waking: Waking) {
    let continuation = state.withLock { state in
      let continuation = state.waiting.removeValue(forKey: ticket)
      if state.heap.count > 2 * state.waiting.count + 64 { Self.compact(&state) }
      return continuation
    }
    continuation?.resume(returning: waking)
  }

  /// Forgets the entries of those who no longer wait; they would stay until their deadlines.
  private static func compact(_ state: inout State) {
    let entries = state.heap.filter { state.waiting[$0.ticket] != nil }
    state.heap.removeAll(keepingCapacity: true)
    for entry in entries { insert(entry, into: &state.heap) }
  }

  private static func dropEnded(_ state: inout State) {
    while let first = state.heap.first, state.waiting[first.ticket] == nil {
      removeFirst(&state.heap)
    }
  }

  private static func insert(_ entry: Entry, into heap: inout [Entry]) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, Entry.precedes(heap[index], heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private static func removeFirst(_ heap: inout [Entry]) {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && Entry.precedes(heap[child], heap[least]) {
        least = child
      }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
