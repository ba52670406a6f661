public import Pulses
public import Quantities

/// The edges of one line on their way from whoever sees them to whoever analyses them.
///
/// A ring of fixed size: a consumer that stalls never stalls the producer, and what is lost is
/// said. The stream ends for a stated reason; without `ended(.closed)` there is no count.
public final class EdgeStream: Sendable {
  /// Why no more edges will come.
  public enum End: Hashable, Sendable {
    /// The line was released in order.
    case closed
    /// The line's chip failed or was pulled.
    case failed(String)
  }

  /// What has come since the last look.
  public struct Batch: Sendable {
    /// The edges, oldest first.
    public var edges: [Edge] = []
    /// Proof that edges are missing from this batch.
    public var losses: [EdgeLoss] = []
    /// Set where nothing more will come.
    public var end: End?

    var isEmpty: Bool { edges.isEmpty && losses.isEmpty && end == nil }
  }

  private struct State {
    var batch = Batch()
    var reader: Waker?
  }

  private let capacity: Int
  private let state = Locked(State())

  /// A stream that holds up to `capacity` edges until they are read.
  public init(capacity: Int = 8192) { self.capacity = capacity }

  /// Adds edges; what does not fit is dropped and becomes a loss. Any thread may call it.
  public func push(_ edges: some Collection<Edge>) {
    guard !edges.isEmpty else { return }
    wakeReader { state in
      guard state.batch.end == nil else { return }
      let room = capacity - state.batch.edges.count
      state.batch.edges.append(contentsOf: edges.prefix(room))
      if edges.count > room, let first = edges.dropFirst(room).first {
        state.batch.losses.append(.queueFull(at: first.time))
      }
    }
  }

  /// Notes a loss that the producer knows of.
  public func push(_ loss: EdgeLoss) { wakeReader { $0.batch.losses.append(loss) } }

  /// Says that nothing more will come; the first reason stands.
  public func end(_ reason: End) {
    wakeReader { $0.batch.end = $0.batch.end ?? reason }
  }

  /// Forgets the edges so far, so that what follows belongs to a new gate. Losses and the end are
  /// forgotten too, except an end: a line that is gone stays gone.
  public func discard() {
    state.withLock { state in
      let end = state.batch.end
      state.batch = Batch()
      state.batch.end = end
    }
  }

  /// What has come; waits for something until the deadline. The result is empty where nothing
  /// came, or where the task was cancelled.
  public func next(until deadline: Instant, on lane: any Lane) async -> Batch {
    let ready = take()
    guard ready.isEmpty else { return ready }
    _ = await lane.park(until: deadline) { waker in
      let somethingCame = state.withLock { state in
        state.reader = waker
        return !state.batch.isEmpty
      }
      if somethingCame { waker.wake() }
    }
    return take()
  }

  private func take() -> Batch {
    state.withLock { state in
      let batch = state.batch
      state.batch = Batch()
      state.batch.end = batch.end
      state.reader = nil
      return batch
    }
  }

  private func wakeReader(after change: (inout State) -> Void) {
    let reader = state.withLock { state in
      change(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.wake()
  }
}
