import Benches
import Glibc
import HostRig
import Modbus
import Quantities
import Rig

/// meterbench's own client over a serial line: function 3 for so many seconds, through the bus, the
/// lane and the link that a run uses.
///
///     transactions standard|hurried|own-lane PATH REGISTERS SECONDS BAUD
///
/// - `standard`: as in a run. The caller lives on a lane of its own, and the silence of 3.5
///   characters is kept.
/// - `hurried`: the same without the silence, which no peer keeps; see ``HurriedLane``.
/// - `own-lane`: hurried, and the caller lives on the bus's lane, which saves two thread changes.
///
/// Prints the number of transactions and the seconds they took.
@main
struct Transactions {
  static func main() async throws {
    guard let job = Job(CommandLine.arguments.dropFirst()) else {
      print("usage: transactions standard|hurried|own-lane PATH REGISTERS SECONDS BAUD")
      exit(64)
    }
    let busLane = try ThreadLane(name: "bus")
    defer { busLane.stop() }
    let callerLane = job.kind == .ownLane ? busLane : try ThreadLane(name: "caller")
    defer { callerLane.stop() }
    let bus = try job.bus(on: busLane)
    let (count, time) = try await Task(executorPreference: callerLane) {
      try await job.measure(bus, on: callerLane)
    }.value
    print(count, time.inSeconds)
  }
}

/// What is to be measured.
struct Job: Sendable {
  enum Kind: String { case standard, hurried, ownLane = "own-lane" }

  let kind: Kind
  let path: String
  let registers: UInt16
  let limit: Duration
  let baud: Int

  private static let warmUp = 20

  init?(_ words: ArraySlice<String>) {
    let words = Array(words)
    guard words.count == 5, let kind = Kind(rawValue: words[0]), let registers = UInt16(words[2]),
      let seconds = Double(words[3]), let baud = Int(words[4])
    else { return nil }
    self.kind = kind
    path = words[1]
    self.registers = registers
    limit = .seconds(rounding: seconds)
    self.baud = baud
  }

  func bus(on lane: ThreadLane) throws -> Bus {
    let settings = LineSettings(baud: baud, parity: "even")
    let timing = LineTiming(baud: baud, bitsPerCharacter: settings.bitsPerCharacter)
    let link = try TTYLink(path: path, settings: settings, lane: lane)
    let client = Client(framing: .rtu(timing))
    if kind == .standard { return Bus(name: "line", lane: lane, link: link, client: client) }
    let hurried = HurriedLane(lane)
    return Bus(
      name: "line",
      lane: hurried,
      link: HurriedLink(link, origin: hurried.origin),
      client: client
    )
  }

  /// Asks until the time is over; a transaction that is not answered rightly ends the measurement.
  func measure(_ bus: Bus, on lane: ThreadLane) async throws -> (Int, Duration) {
    for _ in 0..<Self.warmUp { try await ask(bus) }
    let start = lane.now
    var count = 0
    repeat {
      try await ask(bus)
      count += 1
    } while lane.now.duration(since: start) < limit
    return (count, lane.now.duration(since: start))
  }

  private func ask(_ bus: Bus) async throws {
    let exchange = try await bus.exchange(
      .readHoldingRegisters(address: 0, count: registers),
      with: UnitIdentifier(rawValue: 1),
      limits: DeviceLimits(responseLimit: .seconds(kind == .standard ? 1 : HurriedLane.haste))
    )
    guard case .response(.registers(let values)) = exchange.outcome, values.last == registers - 1
    else { throw WrongReply(outcome: exchange.outcome) }
  }
}

struct WrongReply: Error {
  var outcome: Outcome
}
