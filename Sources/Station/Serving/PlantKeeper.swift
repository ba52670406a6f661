import Benches
import HostRig
import Modbus
import Pulses
import Quantities
import Rig
import TwinRig

/// The one owner of a plant that is served in real time: it brings the plant to the present,
/// reports what happens to the rig client, and does what clients ask.
///
/// The plant's time is the lane's since the start; all moments that go in or out are the lane's.
actor PlantKeeper {
  /// A reply on its way.
  struct Reply: Sendable {
    /// When its first byte has passed the line.
    var firstByteAt: Instant
    /// When its last byte has.
    var endsAt: Instant
    var bytes: [UInt8]
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  private nonisolated let lane: ThreadLane
  private nonisolated let origin: Instant
  private var plant: TwinPlant
  private var watcher: SocketLineSender?
  private var pump: Waker?
  private var openInterlocks: [String] = []

  init(_ plant: TwinPlant, lane: ThreadLane) {
    self.plant = plant
    self.lane = lane
    origin = lane.now
  }

  /// Reports what happens when it happens, until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      settle()
      var next = plant.nextEvent.map { hostTime($0) }
      if watcher?.flush() == false {
        let soon = lane.now + .milliseconds(10)
        next = min(next ?? soon, soon)
      }
      _ = await lane.park(until: next) { pump = $0 }
    }
  }

  // MARK: Buses

  /// The line that the meters on a bus are set to; nil where none has supply, or they differ.
  func meterLine(onBus bus: String) -> LineSettings? { plant.meterLine(onBus: bus) }

  /// What carries the line is set so.
  func adjust(bus: String, to line: LineSettings) { plant.adjust(bus: bus, to: line) }

  /// A client has set its line to this rate.
  func adjust(bus: String, toBaud baud: Int) { plant.adjust(bus: bus, toBaud: baud) }

  /// How long so many bytes are on the way on a bus.
  func transferTime(bytes: Int, onBus bus: String) -> Duration {
    plant.transferTime(bytes: bytes, onBus: bus)
  }

  /// Takes bytes whose last one has passed the line at `time`; what is heard, in order.
  func receive(_ bytes: [UInt8], onBus bus: String, at time: Instant) -> [Reply] {
    defer { settle() }
    return plant.receive(bytes, onBus: bus, at: plantTime(time)).map { reply in
      let start = hostTime(reply.at)
      return Reply(
        firstByteAt: start + plant.transferTime(bytes: 1, onBus: bus),
        endsAt: start + plant.transferTime(bytes: reply.bytes.count, onBus: bus),
        bytes: reply.bytes
      )
    }
  }

  /// When the bus's adapter is pulled next; nil for never. A moment of the past where it is gone.
  func nextPull(ofBus bus: String) -> Instant? {
    let now = plantTime(lane.now)
    if plant.isPulled(bus: bus, at: now) { return hostTime(now) }
    return plant.nextPull(ofBus: bus, after: now).map { hostTime($0) }
  }

  /// Whether the bus's adapter is gone.
  func isPulled(bus: String) -> Bool { plant.isPulled(bus: bus, at: plantTime(lane.now)) }

  // MARK: The rig client

  /// A rig client takes over: everything safe, then the greeting.
  func attach(_ sender: SocketLineSender) {
    makeAllSafe()
    settle()
    watcher = sender
    report(
      .hello(
        twin: RigProtocol.Hello(
          bench: plant.bench.name,
          lines: plant.lineNames.map(\.description),
          outputs: plant.safeStates.map(\.output.description),
          openInterlocks: openInterlocks
        )
      )
    )
  }

  /// The rig client is gone, for whatever reason.
  func detach() {
    watcher = nil
    makeAllSafe()
    settle()
  }

  /// Does what the rig client asks, and answers.
  func obey(_ request: RigProtocol.Request) {
    let now = plantTime(lane.now)
    let answer: RigProtocol.Report
    switch request {
    case .set(let id, let name, let on):
      do throws(RigFault) {
        let output = try output(name)
        try plant.set(output, on: on, at: now)
        answer = .output(id: id, isOn: plant.readBack(output, at: now))
      } catch {
        answer = .refused(id: id, why: error.text)
      }
    case .get(let id, let name):
      do throws(RigFault) {
        answer = .output(id: id, isOn: plant.readBack(try output(name), at: now))
      } catch {
        answer = .refused(id: id, why: error.text)
      }
    case .makeAllSafe(let id):
      makeAllSafe()
      answer = .output(id: id, isOn: nil)
    }
    // Edges that the switching made come before its answer, as they did in time.
    settle()
    report(answer)
  }

  private func output(_ name: String) throws(RigFault) -> OutputName {
    if let found = plant.safeStates.first(where: { $0.output.description == name }) {
      return found.output
    }
    throw RigFault(Part(.output, name), "the served bench has no such output")
  }

  private func makeAllSafe() {
    let now = plantTime(lane.now)
    for (output, on) in plant.safeStates {
      // The plant refuses only outputs that it does not have.
      do throws(RigFault) { try plant.set(output, on: on, at: now) } catch { continue }
    }
  }

  // MARK: Time

  /// Brings the plant to the present, reports what happened, and lets the pump look again.
  private func settle() {
    plant.advance(to: plantTime(lane.now))
    var reports: [RigProtocol.Report] = []
    plant.takeLineEvents { line, events in
      var edges: [RigProtocol.WireEdge] = []
      for event in events {
        switch event {
        case .edge(var edge):
          edge.time = hostTime(edge.time)
          if let edge = RigProtocol.WireEdge(edge) { edges.append(edge) }
        case .loss(let loss):
          reports.append(.lost(line: line.description, at: hostTime(loss.moment)))
        }
      }
      if !edges.isEmpty { reports.append(.edges(line: line.description, edges: edges)) }
    }
    for message in reports { report(message) }
    for change in plant.takeReadBackChanges() {
      report(
        .readBack(
          output: change.output.description,
          isOn: change.isOn,
          at: hostTime(change.time)
        )
      )
    }
    reportInterlocks()
    pump?.wake()
    pump = nil
  }

  private func reportInterlocks() {
    let now = plant.now.sinceOrigin
    let faults = (plant.bench.twin?.faults ?? []).filter { fault in
      fault.kind == .interlockOpens && fault.at <= now && fault.until.map { now < $0 } ?? true
    }
    let open = faults.map(\.target)
    for name in open where !openInterlocks.contains(name) {
      report(.interlock(name: name, isOpen: true))
    }
    for name in openInterlocks where !open.contains(name) {
      report(.interlock(name: name, isOpen: false))
    }
    openInterlocks = open
  }

  /// A client that does not read is cut off; its door then notices that it is gone.
  private func report(_ message: RigProtocol.Report) {
    _ = watcher?.send(RigProtocol.line(of: message))
  }

  private nonisolated func hostTime(_ time: Instant) -> Instant { origin + time.sinceOrigin }

  private nonisolated func plantTime(_ time: Instant) -> Instant {
    Instant(sinceOrigin: time.duration(since: origin))
  }
}
