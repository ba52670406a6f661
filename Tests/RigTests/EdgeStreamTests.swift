import Pulses
import Quantities
import Rig
import Testing
import TwinRig

/// The way of edges from whoever sees them to whoever counts them. Nothing may get lost on it in
/// silence, and nobody may wait for the other.
@Suite("Edge streams")
struct EdgeStreamTests {
  private static func edges(_ range: Range<Int>) -> [Edge] {
    range.map { Edge(time: Instant(nanoseconds: Int64($0)), isLeading: $0 % 2 == 0) }
  }

  /// Runs a reader against pushes that happen at whole seconds; the moments at which it went on,
  /// with what it got.
  private func read(
    _ count: Int,
    until deadline: Int64,
    _ pushes: [(Int64, @Sendable (EdgeStream) -> Void)],
    on stream: EdgeStream = EdgeStream(capacity: 8)
  ) throws -> (at: Instant, batch: EdgeStream.Batch) {
    let lane = VirtualLane()
    return try lane.run {
      await withTaskGroup(of: Void.self) { group in
        for (second, push) in pushes {
          group.addTask {
            try? await lane.sleep(until: .zero + .seconds(second))
            push(stream)
          }
        }
        let batch = await stream.next(count, until: .zero + .seconds(deadline), on: lane)
        let at = lane.now
        await group.waitForAll()
        return (at, batch)
      }
    }
  }

  @Test("A reader of single edges goes on with the first that comes")
  func single() throws {
    let (at, batch) = try read(1, until: 9, [(2, { $0.push(Self.edges(0..<1)) })])
    #expect(at == .zero + .seconds(2))
    #expect(batch.edges == Self.edges(0..<1))
  }

  @Test("A reader of many sleeps through the first ones and gets them all")
  func many() throws {
    let (at, batch) = try read(
      4,
      until: 9,
      [
        (1, { $0.push(Self.edges(0..<2)) }), (2, { $0.push(Self.edges(2..<3)) }),
        (3, { $0.push(Self.edges(3..<5)) }),
      ]
    )
    #expect(at == .zero + .seconds(3))
    #expect(batch.edges == Self.edges(0..<5))
  }

  @Test("At the deadline a reader of many gets the few that came")
  func deadline() throws {
    let (at, batch) = try read(4, until: 2, [(1, { $0.push(Self.edges(0..<2)) })])
    #expect(at == .zero + .seconds(2))
    #expect(batch.edges == Self.edges(0..<2))
  }

  @Test("A loss and the end wake a reader at once, however many edges it waits for")
  func urgent() throws {
    let loss = EdgeLoss.queueFull(at: .zero)
    let (lost, batch) = try read(4, until: 9, [(1, { $0.push(loss) })])
    #expect(lost == .zero + .seconds(1) && batch.losses == [loss])
    let (ended, last) = try read(4, until: 9, [(1, { $0.end(.failed("pulled")) })])
    #expect(ended == .zero + .seconds(1) && last.end == .failed("pulled"))
  }

  @Test("Nobody waits for more than the stream can hold")
  func capacity() throws {
    let (at, batch) = try read(1000, until: 9, [(1, { $0.push(Self.edges(0..<8)) })])
    #expect(at == .zero + .seconds(1))
    #expect(batch.edges.count == 8 && batch.losses.isEmpty)
  }

  @Test("What does not fit is said to be lost, once until it is read, and again after that")
  func overflow() throws {
    let stream = EdgeStream(capacity: 8)
    let full: [EdgeLoss] = [.queueFull(at: Instant(nanoseconds: 8))]
    for start in stride(from: 0, to: 80, by: 4) { stream.push(Self.edges(start..<start + 4)) }
    let (_, first) = try read(1, until: 1, [], on: stream)
    #expect(first.edges == Self.edges(0..<8) && first.losses == full)
    for start in stride(from: 0, to: 80, by: 4) { stream.push(Self.edges(start..<start + 4)) }
    let (_, second) = try read(1, until: 1, [], on: stream)
    #expect(second.edges == Self.edges(0..<8) && second.losses == full)
  }

  @Test("Discarding forgets edges and losses, and never the end")
  func discard() throws {
    let stream = EdgeStream(capacity: 8)
    stream.push(Self.edges(0..<20))
    stream.end(.failed("pulled"))
    stream.discard()
    let (_, batch) = try read(1, until: 1, [], on: stream)
    #expect(batch.edges.isEmpty && batch.losses.isEmpty)
    #expect(batch.end == .failed("pulled"))
  }

  @Test("The first reason for the end stands, and no edge comes after it")
  func firstEnd() throws {
    let stream = EdgeStream(capacity: 8)
    stream.end(.failed("pulled"))
    stream.end(.closed)
    stream.push(Self.edges(0..<3))
    let (_, batch) = try read(1, until: 1, [], on: stream)
    #expect(batch.end == .failed("pulled") && batch.edges.isEmpty)
  }
}
