public import Pulses
public import Quantities

/// The edges of one line on their way from whoever sees them to whoever analyses them.
///
/// A ring of fixed size: a consumer that stalls never stalls the producer, and what is lost is
/// said, and so is why the stream ended.
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
  }

  private struct State {
    var batch = Batch()
    var reader: Waker?
    /// The edges that the reader waits for.
    var wanted = 1
    var isFull = false

    var isReady: Bool {
      batch.edges.count >= wanted || !batch.losses.isEmpty || batch.end != nil
    }
  }

  private let capacity: Int
  private let state = Locked(State())

  /// A stream that holds up to `capacity` edges until they are read.
  public init(capacity: Int = 8192) { self.capacity = capacity }

  /// Adds edges; what does not fit is dropped and becomes a loss. Any thread may call it.
  public func push(_ edges: [Edge]) {
    wakeReader { state in
      guard state.batch.end == nil else { return }
      for edge in edges {
        guard state.batch.edges.count < capacity else {
          // Once until it is read: a reader that stalls for hours costs no memory.
          if !state.isFull { state.batch.losses.append(.queueFull(at: edge.time)) }
          state.isFull = true
          break
        }
        state.batch.edges.append(edge)
      }
    }
  }

  /// Notes a loss that the producer knows of.
  public func push(_ loss: EdgeLoss) { wakeReader { $0.batch.losses.append(loss) } }

  /// Says that nothing more will come; the first reason stands.
  public func end(_ reason: End) {
    wakeReader { $0.batch.end = $0.batch.end ?? reason }
  }

  /// Forgets the edges and losses so far, so that what follows belongs to a new gate. An end stays:
  /// a line that is gone is gone.
  ///
  /// - Returns: what is forgotten.
  @discardableResult
  public func discard() -> Batch {
    state.withLock { state in
      let batch = state.batch
      state.batch = Batch()
      state.batch.end = batch.end
      state.isFull = false
      return batch
    }
  }

  /// What has come; waits until there is enough, at the latest until the deadline. The result is
  /// empty where nothing came, or where the task was cancelled.
  ///
  /// - Parameters:
  ///   - count: how many edges are worth waking up for; a loss and the end always are. A reader of
  ///     a fast line that wakes at each edge does little else.
  ///   - deadline: the latest moment.
  ///   - lane: where the reader lives.
  public func next(
    _ count: Int = 1,
    until deadline: Instant,
    on lane: any Lane
  ) async -> Batch {
    let isReady = state.withLock { state in
      state.wanted = min(count, capacity)
      return state.isReady
    }
    if !isReady {
      _ = await lane.park(until: deadline) { waker in
        let somethingCame = state.withLock { state in
          state.reader = waker
          return state.isReady
        }
        if somethingCame { waker.wake() }
      }
    }
    return take()
  }

  private func take() -> Batch {
    state.withLock { state in
      let batch = state.batch
      state.batch = Batch()
      state.batch.end = batch.end
      state.isFull = false
      state.reader = nil
      return batch
    }
  }

  private func wakeReader(after change: (inout State) -> Void) {
    let reader = state.withLock { state -> Waker? in
      change(&state)
      guard state.isReady else { return nil }
      defer { state.reader = nil }
      return state.reader
    }
    reader?.wake()
  }
}
