public import Benches
import Glibc
public import Modbus
import Pulses
import Quantities
public import Rig

/// The rig of a bench file in real time: lines of this machine, gateways in the network, and the
/// parts of a twin that somebody serves.
///
/// `open()` first, so that nothing begins on a rig that cannot be used and `kind` is settled; then
/// `operate` once, which closes everything. The engine's lane alone lives until this value goes,
/// because its user may still be on it.
public final class HardwareRig: Rig {
  private struct Parts: Sendable {
    var buses: [Bus] = []
    var sockets: [RigSocket] = []
    var guardSocket: GuardSocket?
    var readers: [EdgeReader] = []
    var lanes: [ThreadLane] = []
    var signals: Signals?
    var isSimulated = false
    var remarks: [String] = []
    var isOpen = false
  }

  private let bench: Bench
  private let onExchange: @Sendable (String, Exchange) -> Void
  private let emergency: @Sendable (Int32, Bool) -> Void
  private let takesSignals: Bool
  private let engineLane: ThreadLane
  private let console: TerminalOperator
  private let pulses: PulseStreams
  private let disturbances = Disturbances()
  private let readBackChanges = ReadBackChanges()
  /// Those that are open, in the order in which they opened, and those that ever were.
  private let interlocks = Locked<(open: [String], ever: Set<String>)>(([], []))
  /// SIGINT where none is known yet.
  private let firstSignal = Locked<Int32>(2)
  private let parts: Locked<Parts>

  /// A rig whose parts are still closed.
  ///
  /// - Parameters:
  ///   - bench: the wiring.
  ///   - onExchange: told of every transaction and attempt with its bus, in order.
  ///   - answers: what the operator says, by `position.step` or by the step alone.
  ///   - emergency: called with the number of the signal that first asked for a stop when a second
  ///     one came, on a thread of its own, after the outputs were told to be safe past every part
  ///     of the run, and with whether their holders say that they are; it is expected to end the
  ///     process, with status 128 + number where they are.
  /// - Throws: where the system gives no thread.
  public convenience init(
    bench: Bench,
    onExchange: @escaping @Sendable (_ bus: String, _ exchange: Exchange) -> Void = { _, _ in },
    answers: [String: String] = [:],
    emergency: @escaping @Sendable (_ signal: Int32, _ isSafe: Bool) -> Void
  ) throws(RigFault) {
    try self.init(
      bench: bench,
      onExchange: onExchange,
      answers: answers,
      emergency: emergency,
      takesSignals: true
    )
  }

  /// A rig that may leave the signals alone, which belong to the process and not to one of several
  /// rigs in it.
  init(
    bench: Bench,
    onExchange: @escaping @Sendable (_ bus: String, _ exchange: Exchange) -> Void,
    answers: [String: String],
    emergency: @escaping @Sendable (_ signal: Int32, _ isSafe: Bool) -> Void,
    takesSignals: Bool
  ) throws(RigFault) {
    self.bench = bench
    self.takesSignals = takesSignals
    self.onExchange = onExchange
    self.emergency = emergency
    let engineLane = try ThreadLane(name: "engine")
    let consoleLane: ThreadLane
    do { consoleLane = try ThreadLane(name: "operator") } catch {
      engineLane.stop()
      throw error
    }
    self.engineLane = engineLane
    console = TerminalOperator(answers: answers, lane: consoleLane)
    pulses = PulseStreams(bench)
    parts = Locked(Parts(lanes: [consoleLane]))
  }

  deinit {
    close()
    engineLane.stop()
  }

  /// `.twin` where a chip is a twin's, or a bus ends in a program of this machine: a
  /// pseudo-terminal, or a TCP connection that does not leave it. Settled by `open()`; a simulation
  /// that another machine serves over TCP alone cannot be told from a gateway.
  public var kind: RigKind {
    let isSimulated = parts.withLock { $0.isSimulated }
    return isSimulated || bench.twin != nil || !twinChips.isEmpty ? .twin : .host
  }

  public var lane: any Lane { engineLane }
  public var wallTime: WallTime { HostClock.wallTime }
  public var suspendedTime: Duration { HostClock.suspendedTime }
  public var `operator`: any Operator { console }

  public var remarks: [String] { parts.withLock { $0.remarks } }

  public var outputs: any Outputs {
    let (sockets, guardSocket) = parts.withLock { ($0.sockets, $0.guardSocket) }
    var holders: [String: any OutputHolder] = [:]
    for output in bench.outputs {
      let chip = output.wiring.line.chip
      holders[output.name] = sockets.first { $0.chip == chip } ?? guardSocket
    }
    return HardwareOutputs(holders: holders, changes: readBackChanges)
  }

  public func bus(_ name: String) -> Bus? {
    parts.withLock { $0.buses.first { $0.name == name } }
  }

  public func edges(of line: LineName) -> EdgeStream? { pulses.take(line) }

  public var openInterlocks: [String] { interlocks.withLock { $0.open } }

  public var firstFault: RigFault? { disturbances.firstFault }

  public func nextInterruption() async -> Interruption {
    await disturbances.next(on: engineLane)
  }

  /// Chips and adapters of this machine that a bench file uses and that are not to be had, as far
  /// as that shows without opening any.
  public static func missingParts(of bench: Bench) -> [RigFault] {
    var missing: [RigFault] = []
    func look(_ body: () throws(RigFault) -> Void) {
      do throws(RigFault) { try body() } catch { missing.append(error) }
    }
    let wanted = bench.chips.filter(\.isOnThisMachine)
    if !wanted.isEmpty {
      look { () throws(RigFault) in
        let present = try HostChip.all()
        for chip in wanted {
          look { () throws(RigFault) in
            _ = try ChipSearch(wanted: chip, present: present).find()
          }
        }
      }
    }
    for adapter in bench.adapters where bench.buses.contains(where: { $0.uses(adapter) }) {
      look { () throws(RigFault) in
        let path = try adapter.devicePath
        if access(path, F_OK) != 0 {
          throw RigFault(Part(.adapter, adapter.name), TTYLink.absence(of: path))
        }
      }
    }
    return missing
  }

  /// Opens every bus and every chip, and takes the signals over.
  ///
  /// - Throws: the first part that cannot be used, with what to do about it; nothing is left open.
  public func open() async throws(RigFault) {
    let isFirst = parts.withLock { parts in
      defer { parts.isOpen = true }
      return !parts.isOpen
    }
    precondition(isFirst, "a rig is opened once")
    do throws(RigFault) {
      try await onEngineLane { () throws(RigFault) in
        let chips = try self.findChips()
        try await self.holdOutputs(on: chips)
        try self.openBuses()
        for wanted in self.hostChips {
          if let chip = chips[wanted.name] { try self.read(chip, as: wanted.name) }
        }
        for (chip, path) in self.twinChips { try await self.connect(chip: chip, path: path) }
        if self.takesSignals { try self.takeSignals() }
      }
    } catch {
      close()
      throw error
    }
  }

  public func operate<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let (sockets, guardSocket, signals, isOpen) = parts.withLock {
      ($0.sockets, $0.guardSocket, $0.signals, $0.isOpen)
    }
    precondition(isOpen, "a rig is opened before it operates")
    defer { close() }
    for socket in sockets { socket.begin() }
    guardSocket?.begin()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      // Begun on a lane, nothing of a rig waits for the cooperative pool.
      for socket in sockets {
        group.addTask(executorPreference: engineLane) { await self.listen(to: socket) }
      }
      if let guardSocket {
        group.addTask(executorPreference: engineLane) { await self.listen(to: guardSocket) }
        guardSocket.beginLease()
        group.addTask(executorPreference: engineLane) { await self.keepLease(of: guardSocket) }
      }
      if let signals {
        group.addTask(executorPreference: engineLane) {
          while let signal = await signals.next(on: self.engineLane) {
            self.firstSignal.withLock { $0 = signal }
            self.disturbances.add(.stop(signal: signal))
          }
        }
      }
      defer { group.cancelAll() }
      return try await onEngineLane(body)
    }
  }

  /// Runs what may block, or what waits on the engine's lane, there. `@concurrent` leaves the
  /// caller's actor, whose executor would come first, and then enters the preferred one.
  @concurrent private func onEngineLane<Result: Sendable, Failure: Error>(
    _ body: @Sendable () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    try await withTaskExecutorPreference(engineLane) {
      @concurrent () async throws(Failure) -> Result in
      // Also what makes the compiler enter the lane: with nothing synchronous to do here it hands
      // `body` the executor it came from (seen with Swift 6.3.1).
      engineLane.checkIsolated()
      return try await body()
    }
  }

  // MARK: Opening and closing

  private var twinChips: [(chip: String, path: String)] {
    bench.chips.compactMap { chip in
      if case .twin(let socket) = chip.identity { (chip.name, socket) } else { nil }
    }
  }

  private var hostChips: [GPIOChip] {
    bench.chips.filter(\.isOnThisMachine)
  }

  /// The chips of this machine that the bench file uses, by their names there.
  private func findChips() throws(RigFault) -> [String: HostChip] {
    guard !hostChips.isEmpty else { return [:] }
    let present = try HostChip.all()
    var found: [String: HostChip] = [:]
    for wanted in hostChips {
      found[wanted.name] = try ChipSearch(wanted: wanted, present: present).find()
    }
    return found
  }

  /// Has the guard hold outputs and interlocks, first of all: what is wired is safe before anything
  /// else is touched.
  private func holdOutputs(on chips: [String: HostChip]) async throws(RigFault) {
    let configuration = try GuardConfiguration(bench, chips: chips)
    guard !configuration.isEmpty else { return }
    let socket = try GuardSocket(
      bench: bench.name,
      configuration: configuration,
      lane: try newLane("guard")
    )
    parts.withLock { $0.guardSocket = socket }
    for name in try await socket.hold() { interlock(name, isOpen: true, at: nil) }
    parts.withLock { $0.remarks.append(configuration.remark) }
  }

  /// Requests the pulse lines of a chip, and reads them from here on.
  private func read(_ chip: HostChip, as name: String) throws(RigFault) {
    let wired = pulses.wiring(ofChip: name)
    guard !wired.isEmpty else { return }
    let part = Part(.chip, name)
    let (pulses, disturbances) = (pulses, disturbances)
    do throws(ChipProblem) {
      var lines: [EdgeReader.Line] = []
      for (wiring, stream) in wired {
        lines.append(
          EdgeReader.Line(
            offset: try chip.line(wiring.line).offset,
            isActiveLow: wiring.isActiveLow,
            bias: wiring.bias,
            stream: stream
          )
        )
      }
      let reader = try EdgeReader(chip, lines: lines) { text in
        pulses.end(.failed(text), chip: name)
        disturbances.add(.fault(RigFault(part, text)))
      }
      parts.withLock { parts in
        parts.readers.append(reader)
        parts.remarks.append(
          "chip \(name) is \(chip.device) (\(chip.label)), read through libgpiod \(HostChip.library)"
        )
      }
    } catch {
      throw RigFault(part, "\(chip.device) \(error)")
    }
  }

  private func newLane(_ name: String) throws(RigFault) -> ThreadLane {
    let lane = try ThreadLane(name: name)
    parts.withLock { $0.lanes.append(lane) }
    return lane
  }

  private func openBuses() throws(RigFault) {
    for wiring in bench.buses {
      let lane = try newLane("bus \(wiring.name)")
      let onExchange = onExchange
      let opened = try wiring.open(adapters: bench.adapters, lane: lane) {
        onExchange(wiring.name, $0)
      }
      let bus = opened.bus
      let (isSimulated, remark) = (opened.isSimulated, opened.remark)
      parts.withLock { parts in
        parts.buses.append(bus)
        if isSimulated { parts.isSimulated = true }
        parts.remarks.append(remark)
      }
    }
  }

  private func connect(chip: String, path: String) async throws(RigFault) {
    let socket = try RigSocket(chip: chip, path: path, lane: try newLane("rig \(chip)"))
    parts.withLock { $0.sockets.append(socket) }
    let hello = try await socket.greeting()
    let wiredOutputs = bench.outputs.filter { $0.wiring.line.chip == chip }.map(\.name)
    for (kind, wired, served) in [
      (Part.Kind.line, pulses.lines(ofChip: chip), hello.lines),
      (Part.Kind.output, wiredOutputs, hello.outputs),
    ] {
      guard let missing = wired.first(where: { !served.contains($0) }) else { continue }
      throw RigFault(
        Part(kind, missing),
        "the twin of bench '\(hello.bench)' at \(path) has no such part; serve it from a bench "
          + "file with the same positions and loads"
      )
    }
    for name in hello.openInterlocks { interlock(name, isOpen: true, at: nil) }
  }

  private func takeSignals() throws(RigFault) {
    let (sockets, guardSocket) = parts.withLock { ($0.sockets, $0.guardSocket) }
    let (firstSignal, emergency) = (firstSignal, emergency)
    let signals = try Signals {
      let isSafe = [guardSocket?.emergency() ?? true] + sockets.map { $0.emergency() }
      emergency(firstSignal.withLock { $0 }, isSafe.allSatisfy(\.self))
    }
    parts.withLock { $0.signals = signals }
  }

  private func interlock(_ name: String, isOpen: Bool, at moment: Instant?) {
    let isFirst = interlocks.withLock { interlocks in
      interlocks.open.removeAll { $0 == name }
      guard isOpen else { return false }
      interlocks.open.append(name)
      return interlocks.ever.insert(name).inserted
    }
    // One that chatters ends the run once, and leaves it the time to end in order.
    if isFirst { disturbances.add(.interlockOpened(name, at: moment)) }
  }

  private func listen(to socket: RigSocket) async {
    let pulses = pulses
    let chip = socket.chip
    let loss = await socket.run { report in
      switch report {
      case .edges(let line, let edges): pulses.push(edges.map(\.edge), line: line, chip: chip)
      case .lost(let line, let moment): pulses.push(.queueFull(at: moment), line: line, chip: chip)
      case .interlock(let name, let isOpen): interlock(name, isOpen: isOpen, at: HostClock.now)
      case .readBack(let output, let isOn, let moment):
        guard let output = OutputName(output) else { break }
        // A moment that is still to come would hide what comes before it.
        let moment = min(moment, HostClock.now)
        readBackChanges.push(ReadBackChange(output: output, isOn: isOn, time: moment))
      case .hello, .output, .refused: break
      }
    }
    guard let loss else { return }
    pulses.end(.failed(loss.text), chip: chip)
    disturbances.add(.fault(loss))
  }

  private func listen(to guardSocket: GuardSocket) async {
    let loss = await guardSocket.run { event in
      switch event {
      case .interlock(let name, let isOpen, let moment):
        interlock(name, isOpen: isOpen, at: moment)
      case .readBack(let change): readBackChanges.push(change)
      case .fault(let fault): disturbances.add(.fault(fault))
      }
    }
    if let loss { disturbances.add(.fault(loss)) }
  }

  /// Renews the lease from the engine's own lane: one that hangs renews nothing. A guard that does
  /// not answer guards nothing, and ends the run as one that died does.
  private func keepLease(of guardSocket: GuardSocket) async {
    await onEngineLane {
      do throws(RigFault) {
        while !Task.isCancelled {
          try await guardSocket.renew()
          _ = await self.engineLane.park(until: self.engineLane.now + GuardSocket.lease / 4)
        }
      } catch  where !Task.isCancelled {
        self.disturbances.add(.fault(error))
      } catch {
        return
      }
    }
  }

  /// Closes everything and waits for its threads. The sockets stay known, so that nobody who still
  /// switches an output takes silence for success.
  private func close() {
    let open = parts.withLock { parts in
      defer {
        parts.buses = []
        parts.readers = []
        parts.lanes = []
        parts.signals = nil
      }
      return parts
    }
    pulses.end(.closed)
    for socket in open.sockets { socket.close() }
    open.guardSocket?.close()
    for lane in open.lanes { lane.stop() }
  }
}

extension GPIOChip {
  /// Whether it is no twin's.
  fileprivate var isOnThisMachine: Bool { if case .twin = identity { false } else { true } }
}

extension BusWiring {
  fileprivate func uses(_ adapter: Adapter) -> Bool {
    if case .adapter(adapter.name) = connection { true } else { false }
  }
}
