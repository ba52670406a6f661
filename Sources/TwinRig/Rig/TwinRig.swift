public import Benches
public import MeterProfiles
public import Modbus
import Pulses
import Quantities
public import Rig

/// A simulated rig in virtual time: the plant behind the protocols that a run drives.
///
/// The whole run must live on its lane: `try rig.virtualLane.run { try await rig.operate { … } }`.
public final class TwinRig: Rig {
  /// Its lane, to run a tree of tasks on.
  public let virtualLane: VirtualLane

  private let shared: SharedPlant
  private let buses: [Bus]
  /// The streams of the lines, and whether somebody asked for them.
  private let streams: [(name: LineName, stream: EdgeStream)]
  private let isWanted: Locked<[Bool]>
  private let answers: [String: String]
  private let script: [(at: Instant, interruption: Interruption)]
  private let nextInScript = Locked(0)
  private let suspensions: [(at: Instant, duration: Duration)]
  private let epochMilliseconds: Int64

  /// A rig at rest, at the origin of its time.
  ///
  /// - Parameters:
  ///   - bench: the wiring, with its twin's declaration.
  ///   - profiles: the meter types, by name.
  ///   - onExchange: told of every transaction and attempt with its bus, in order.
  ///   - answers: what the operator says, by `position.step` or by the step alone.
  /// - Throws: where a type is missing, or a meter cannot have a setting that the file gives it.
  public init(
    bench: Bench,
    profiles: [String: MeterProfile],
    onExchange: @escaping @Sendable (_ bus: String, _ exchange: Exchange) -> Void = { _, _ in },
    answers: [String: String] = [:]
  ) throws(RigFault) {
    let lane = VirtualLane()
    let plant = try TwinPlant(bench: bench, profiles: profiles)
    let shared = SharedPlant(plant, lane: lane)
    let streams = shared.look { $0.lineNames }.map { ($0, EdgeStream()) }
    virtualLane = lane
    self.shared = shared
    self.streams = streams
    // What the bench's file says, unless somebody answers otherwise.
    let written = bench.twin?.answers ?? []
    self.answers = written.reduce(into: answers) { answers, entry in
      answers[entry.step] = answers[entry.step] ?? entry.answer
    }
    isWanted = Locked(streams.map { _ in false })
    buses = bench.buses.map { wiring in
      Bus(
        name: wiring.name,
        lane: lane,
        link: TwinLink(bus: wiring.name, shared: shared, replug: bench.replug(of: wiring)),
        client: Client(framing: wiring.framing, turnaround: wiring.turnaround),
        onExchange: { onExchange(wiring.name, $0) }
      )
    }
    let faults = FaultScript(bench.twin?.faults ?? [])
    epochMilliseconds = bench.twin?.epochMilliseconds ?? 0
    suspensions = faults.all(.suspend).map { ($0.begins, $0.duration(else: .zero)) }
    script = faults.all(.interruption, .interlockOpens)
      .map { fault in
        let isSignal = fault.kind == .interruption
        let signal = fault.amount.flatMap { Int32(exactly: $0.rounded()) } ?? 2
        return (
          fault.begins,
          isSignal ? .stop(signal: signal) : .interlockOpened(fault.target, at: fault.begins)
        )
      }
      .sorted { $0.0 < $1.0 }
  }

  public var kind: RigKind { .twin }
  public var lane: any Lane { virtualLane }

  public var remarks: [String] { [] }
  public var wallTime: WallTime {
    let milliseconds = (virtualLane.now.sinceOrigin + suspendedTime).nanoseconds / 1_000_000
    return WallTime(millisecondsSinceEpoch: epochMilliseconds &+ milliseconds)
  }

  public var suspendedTime: Duration {
    suspensions.filter { $0.at <= virtualLane.now }.reduce(.zero) { $0 + $1.duration }
  }

  public var outputs: any Outputs { TwinOutputs(shared: shared) }
  public var `operator`: any Operator { ScriptedOperator(answers: answers, shared: shared) }

  public func bus(_ name: String) -> Bus? { buses.first { $0.name == name } }

  public func edges(of line: LineName) -> EdgeStream? {
    guard let index = streams.firstIndex(where: { $0.name == line }) else { return nil }
    isWanted.withLock { $0[index] = true }
    return streams[index].stream
  }

  public var openInterlocks: [String] {
    shared.change { plant in
      plant.faults.all(.interlockOpens).filter { $0.isActive(at: plant.now) }.map(\.target)
    }
  }

  public func nextInterruption() async -> Interruption {
    let next = nextInScript.withLock { index in
      defer { index += 1 }
      return index
    }
    if next < script.count {
      do {
        try await virtualLane.sleep(until: script[next].at)
        return script[next].interruption
      } catch {
        nextInScript.withLock { $0 -= 1 }
        return .none
      }
    }
    _ = await virtualLane.park(until: nil)
    return .none
  }

  public func operate<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.shared.run(deliver: self.deliver) }
      defer {
        group.cancelAll()
        for entry in streams { entry.stream.end(.closed) }
      }
      return try await body()
    }
  }

  private func deliver(_ line: LineName, _ events: [LineEvent]) {
    guard let index = streams.firstIndex(where: { $0.name == line }),
      isWanted.withLock({ $0[index] })
    else { return }
    let stream = streams[index].stream
    var edges: [Edge] = []
    for event in events {
      switch event {
      case .edge(let edge): edges.append(edge)
      case .loss(let loss):
        stream.push(edges)
        edges.removeAll()
        stream.push(loss)
      }
    }
    stream.push(edges)
  }
}

extension BusWiring {
  /// The framing that the client uses on this bus.
  var framing: Framing {
    let timing = LineTiming(baud: line.baud, bitsPerCharacter: line.bitsPerCharacter)
    return switch connection {
    case .adapter: .rtu(timing)
    case .tcp: .tcp
    case .rtuOverTCP: .rtuOverTCP(timing)
    }
  }
}
