import Benches
import Glibc
import HostRig
import Modbus
import Quantities
import Rig

/// What became of one question.
struct Finding: Sendable {
  var label: String
  var ending: Ending
  /// From the call of the bus to its return.
  var took: Duration
  /// What the trace holds beyond the request and its reply.
  var evidence: Set<TracedFrame.Kind>
}

extension Scenario {
  /// Asks the questions over a bus on a real pseudo-terminal, whose far end misbehaves.
  func play() async throws -> [Finding] {
    let near = try ThreadLane(name: "bus")
    let far = try ThreadLane(name: "peer")
    defer {
      near.stop()
      far.stop()
    }
    let ended = Ended([])
    let (paths, path) = AsyncStream.makeStream(of: String.self)
    let answer = answer
    let peer = Task(executorPreference: far) {
      defer { path.finish() }
      let line = try PseudoTerminal(lane: far)
      var peer = FaultPeer(timing: timing, lane: far, ended: ended, answer: answer)
      path.yield(line.path)
      try await peer.serve(line)
    }
    var findings: [Finding] = []
    for await path in paths.prefix(1) {
      findings = try await ask(over: bus(at: path, on: near), ended)
    }
    peer.cancel()
    // A lane may be stopped only when nothing comes for it any more.
    _ = await peer.result
    return findings
  }

  private func bus(at path: String, on lane: ThreadLane) throws -> Bus {
    let settings = LineSettings(baud: timing.baud, parity: "none", stopBits: 2)
    let link = try TTYLink(path: path, settings: settings, lane: lane)
    let client = Client(framing: .rtu(timing), turnaround: turnaround)
    return Bus(name: "line", lane: lane, link: link, client: client)
  }

  private func ask(over bus: Bus, _ ended: Ended) async throws -> [Finding] {
    var findings: [Finding] = []
    for question in questions {
      let start = HostClock.now
      var ending = Ending.lineGone
      var evidence: Set<TracedFrame.Kind> = []
      do {
        let exchange = try await bus.exchange(
          question.request,
          with: question.unit,
          limits: question.limits
        )
        ending = Ending(of: exchange, expecting: question.values)
        evidence = Set(exchange.frames.map(\.kind)).subtracting([.request, .reply])
      } catch let fault as BusFault {
        guard case .disconnected = fault.failure else { throw fault }
      }
      let end = HostClock.now
      ended.withLock { $0.append(end) }
      findings.append(
        Finding(
          label: question.label,
          ending: ending,
          took: end.duration(since: start),
          evidence: evidence
        )
      )
    }
    return findings
  }
}

private let timing = LineTiming(baud: 9600)
