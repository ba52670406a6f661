import Benches
import Quantities
import Rig
import Station
import Testing

@testable import HostRig

/// Rigs that cannot be used, and rig sockets that are none.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
  private func refusal(_ bench: Bench) async -> RigFault? {
    await #expect(throws: RigFault.self) { try await withRig(bench) { _ in () } }
  }

  @Test(arguments: [Adapter.Identity.usbSerial("FT1"), .usbPath("pci-1")])
  func `an adapter that is not plugged in is refused with what there is`(
    identity: Adapter.Identity
  ) async throws {
    var bench = try RigFiles().bench(isServed: false)
    bench.adapters[0].identity = identity
    let fault = try #require(await refusal(bench))
    #expect(fault.part == Part(.adapter, "left"))
    let hasUdev = UdevDaemon.isRunning
    #expect(fault.text.contains(hasUdev ? "is plugged in" : "udev does not run here"))
  }

  @Test func `a chip that is not there is refused with what there is`() async throws {
    var bench = try RigFiles.withSocket().bench(isServed: false)
    bench.chips[0].identity = .label("no-such-label")
    let fault = try #require(await refusal(bench))
    #expect(fault.part == Part(.chip, "twin"))
    #expect(fault.text.contains("no GPIO chip with the label 'no-such-label'"))
  }

  @Test func `a bench file with more outputs than the served one is refused`() async throws {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, _ in
      var bench = try files.bench(isServed: false)
      bench.loads[0].name = "other"
      let fault = try #require(await refusal(bench))
      #expect(fault.part == Part(.output, "load other"))
    }
  }

  @Test func `a rig socket that nobody serves is refused`() async throws {
    let fault = try #require(await refusal(try busless(.withSocket())))
    #expect(fault.part == Part(.chip, "twin"))
  }

  @Test(arguments: [
    #"{"hello":{"twin":{"version":99,"bench":"b","lines":[],"outputs":[],"openInterlocks":[]}}}"#,
    "SSH-2.0-OpenSSH_9.6",
  ])
  func `a greeting of another kind is refused`(greeting: String) async throws {
    let files = RigFiles.withSocket()
    try await withFakeTwin(files, greeting: greeting, answer: { _ in nil }) { _ in
      let fault = try #require(await refusal(try busless(files)))
      #expect(fault.text.contains("version"))
    }
  }

  @Test func `the way past everything asks for safety last and waits for the end`() async throws {
    let files = RigFiles.withSocket()
    try await withFakeTwin(files, greeting: "hello", answer: { _ in nil }) { requests in
      let lane = try ThreadLane(name: "stuck")
      defer { lane.stop() }
      let socket = try RigSocket(chip: "twin", path: try #require(files.socket), lane: lane)
      // Nobody reads what the twin says, as in a run that is stuck.
      #expect(socket.emergency())
      #expect(requests.withLock { $0 } == [.makeAllSafe(id: 0)])
    }
  }

  @Test(
    arguments: [
      ([127, 0, 0, 1], true), ([127, 1, 2, 3], true), ([192, 168, 0, 7], false),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], true),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1], true),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1], false),
      ([254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false), ([], true),
    ] as [([UInt8], Bool)]
  )
  func `only loopback addresses stay on this machine`(address: [UInt8], stays: Bool) {
    #expect(SocketConnection.isLoopback(address) == stays)
  }

  /// A bench whose bus nobody needs to serve.
  private func busless(_ files: RigFiles) throws -> Bench {
    var bench = try files.bench(isServed: false)
    bench.buses = []
    return bench
  }
}

/// Serves one client with a greeting and answers of the test's own.
private func withFakeTwin(
  _ files: RigFiles,
  greeting: String,
  answer: @escaping @Sendable (RigProtocol.Request) -> RigProtocol.Report?,
  _ body: (Locked<[RigProtocol.Request]>) async throws -> Void
) async throws {
  let path = try #require(files.socket)
  let requests = Locked<[RigProtocol.Request]>([])
  let isListening = Locked(false)
  let lane = try ThreadLane(name: "fake")
  defer { lane.stop() }
  let serving = Task(executorPreference: lane) {
    let far = lane.now + .seconds(300)
    let listener = try SocketListener(.unix(path: path), lane: lane)
    isListening.withLock { $0 = true }
    guard let client = try await listener.accept(until: far) else { return }
    let sender = SocketLineSender(client)
    let channel = try SocketLineChannel(client, lane: lane)
    _ = sender.send(greeting)
    defer { sender.shut() }
    while let line = try await channel.receive(until: far) {
      guard let request = RigProtocol.message(RigProtocol.Request.self, in: line) else { return }
      requests.withLock { $0.append(request) }
      if let report = answer(request) { _ = sender.send(RigProtocol.line(of: report)) }
    }
  }
  do {
    try await until { isListening.withLock { $0 } }
    try await body(requests)
  } catch {
    serving.cancel()
    _ = await serving.result
    throw error
  }
  serving.cancel()
  _ = await serving.result
}
