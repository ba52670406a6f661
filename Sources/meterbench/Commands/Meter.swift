import ArgumentParser
import Station

/// Where a meter is.
struct LineOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The serial port.", valueName: "PATH"))
  var port: String?

  @Option(help: ArgumentHelp("Modbus TCP instead of a port.", valueName: "HOST:PORT"))
  var tcp: String?

  @Option(help: ArgumentHelp("RTU frames over TCP instead of a port.", valueName: "HOST:PORT"))
  var rtuOverTcp: String?

  @Option(help: "Parity: none, even or odd.")
  var parity: String = "none"

  @Option(help: "Stop bits.")
  var stopBits: Int = 1

  func validate() throws {
    guard [port, tcp, rtuOverTcp].compactMap({ $0 }).count == 1 else {
      throw ValidationError("give one of --port, --tcp and --rtu-over-tcp")
    }
    guard ["none", "even", "odd"].contains(parity) else {
      throw ValidationError("--parity is none, even or odd, not '\(parity)'")
    }
    guard (1...2).contains(stopBits) else { throw ValidationError("--stop-bits is 1 or 2") }
    guard port != nil || parity == "none" && stopBits == 1 else {
      throw ValidationError("--parity and --stop-bits mean nothing on a TCP connection")
    }
  }

  static func checkBaud(_ baud: Int) throws {
    guard (50...4_000_000).contains(baud) else { throw ValidationError("--baud is 50…4000000") }
  }

  func connection(baud: Int) throws -> MeterPort.Connection {
    do {
      return try MeterPort.Connection(
        port: port,
        tcp: tcp,
        rtuOverTCP: rtuOverTcp,
        baud: baud,
        parity: parity,
        stopBits: stopBits
      )
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// Runs `body` and ends with status 3 and a sentence where a line or a meter cannot be reached.
private func reaching(json: Bool, _ body: () throws -> Void) throws {
  do { try body() } catch let code as ExitCode { throw code } catch let error as ValidationError {
    throw error
  } catch let failure as MeterPort.Failure where failure.isUsage {
    Output.failure(failure, json: json)
    throw ExitCode.refused
  } catch {
    Output.failure(error, json: json)
    throw ExitCode.unreachable
  }
}

struct ReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Reads quantities and settings of one meter.",
    discussion: """
      Without names it reads every quantity that the profile knows.

        meterbench read integra-1221 --port /dev/ttyUSB0 --address 1 voltage-l1 frequency
        meterbench read integra-1221 --tcp 192.0.2.10:502 --address 1 --json
      """
  )

  @Argument(help: "The meter's profile: a built-in name or a file.")
  var profile: String

  @Argument(help: "Quantities and settings.")
  var names: [String] = []

  @OptionGroup var line: LineOptions

  @Option(help: "The unit identifier, 1…247.")
  var address: UInt8 = 1

  @Option(help: "Line rate in baud.")
  var baud: Int = 9600

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func validate() throws { try LineOptions.checkBaud(baud) }

  func run() throws {
    try reaching(json: json) {
      let meter = try MeterAccess(
        profile: profile,
        connection: line.connection(baud: baud),
        address: address
      )
      let readings = try meter.read(names)
      Output.line(json ? MeterText.json(readings) : MeterText.table(readings))
      if readings.contains(where: { $0.problem != nil }) { throw ExitCode.unreachable }
    }
  }
}

struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Writes settings of one meter, and reads them back.",
    discussion: """
      A setting that has the value already is not written. A write is never repeated.

        meterbench set integra-1221 --port /dev/ttyUSB0 --address 1 energy-units=kilo
      """
  )

  @Argument(help: "The meter's profile: a built-in name or a file.")
  var profile: String

  @Argument(help: ArgumentHelp("What to set.", valueName: "NAME=VALUE"))
  var assignments: [Assignment]

  @OptionGroup var line: LineOptions

  @Option(help: "The unit identifier, 1…247.")
  var address: UInt8 = 1

  @Option(help: "Line rate in baud.")
  var baud: Int = 9600

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func validate() throws {
    try LineOptions.checkBaud(baud)
    try Assignment.checkUnique(assignments, "set")
  }

  func run() throws {
    try reaching(json: json) {
      let meter = try MeterAccess(
        profile: profile,
        connection: line.connection(baud: baud),
        address: address
      )
      let readings = try meter.set(assignments.map { ($0.name, $0.value) })
      Output.line(json ? MeterText.json(readings) : MeterText.table(readings))
      if readings.contains(where: { $0.problem != nil }) { throw ExitCode.unreachable }
    }
  }
}

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds meters on a line, over addresses and line settings. It never writes.",
    discussion: """
      Each address is asked for one input register pair; a reply and a refusal both count as \
      found.

        meterbench scan --port /dev/ttyUSB0 --addresses 1-20 --baud 9600,19200
      """
  )

  @OptionGroup var line: LineOptions

  @Option(help: "Addresses, such as 1-20 or 1,5,7.")
  var addresses: String = "1-247"

  @Option(help: "Line rates to try, separated by commas.")
  var baud: String = "9600"

  @Option(help: "How long to wait for each address, in milliseconds.")
  var timeout: Int = 300

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  private var rates: [Int] { baud.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    guard MeterScan.addresses(parsing: addresses) != nil else {
      throw ValidationError("--addresses is a list such as 1-20 or 1,5,7 within 1…247")
    }
    guard !rates.isEmpty, rates.count == baud.split(separator: ",").count else {
      throw ValidationError("--baud is a list such as 9600,19200")
    }
    try rates.forEach(LineOptions.checkBaud)
    guard line.port != nil || rates.count == 1 else {
      throw ValidationError("a TCP connection has no rate; give one --baud or none")
    }
    guard (1...60_000).contains(timeout) else {
      throw ValidationError("--timeout is 1…60000 milliseconds")
    }
  }

  func run() throws {
    try reaching(json: json) {
      let found = try MeterScan.run(
        connections: rates.map { try line.connection(baud: $0) },
        addresses: MeterScan.addresses(parsing: addresses) ?? [],
        timeout: .milliseconds(timeout),
        progress: { Output.note($0) }
      )
      Output.line(json ? MeterScan.json(found) : MeterScan.table(found))
      if found.isEmpty { throw ExitCode(1) }
    }
  }
}

struct Characterise: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds out by reading alone what a meter of a known type is like. It never writes.",
    discussion: """
      It tells register map lineages apart, sweeps how much may be read at once, reads every \
      setting that is no secret, and says what stays unknown.

        meterbench characterise integra-1221 --port /dev/ttyUSB0 --address 1 --output found
      """
  )

  @Argument(help: "The meter's profile: a built-in name or a file.")
  var profile: String

  @OptionGroup var line: LineOptions

  @Option(help: "The line rate.")
  var baud: Int = 9600

  @Option(help: "The unit identifier.")
  var address: UInt8

  @Option(help: "The folder for report.md and profile.yaml; none are written without it.")
  var output: String?

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func validate() throws { try LineOptions.checkBaud(baud) }

  func run() throws {
    try reaching(json: json) {
      if let output { try Characterisation.checkFree(output) }
      let found = try Characterisation(
        profile: profile,
        connection: try line.connection(baud: baud),
        address: address,
        progress: { Output.note("looking at \($0)") }
      )
      if let output { try found.write(to: output) }
      Output.line(json ? found.json : found.report)
      if found.lineage == nil, found.hasLineages { throw ExitCode(4) }
    }
  }
}

struct Twin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves the simulated meters of a bench in real time, to any Modbus client.",
    discussion: """
      The bench file needs a 'twin' section. Ctrl-C ends it.

        meterbench twin Benches/twin-4.yaml --pty /tmp/meter
        mbpoll -m rtu -a 1 -b 9600 -P none -t 3:float -B -r 1 -c 3 /tmp/meter

      With --rig its pulses and outputs are served as well, so that a bench file whose gpio chip \
      names the socket can run a whole scenario in real time without hardware.
      """
  )

  @Argument(help: "The bench file.")
  var bench: String

  @Option(
    help: ArgumentHelp(
      "A pseudo terminal for a bus; NAME=PATH where the bench has several. May be repeated.",
      valueName: "PATH"
    )
  )
  var pty: [String] = []

  @Option(
    help: ArgumentHelp(
      "A serial port of this machine for a bus: [NAME=]PATH. May be repeated.",
      valueName: "PATH"
    )
  )
  var port: [String] = []

  @Option(
    help: ArgumentHelp(
      "Modbus TCP for a bus: [NAME=]ADDRESS:PORT. May be repeated.",
      valueName: "ADDRESS"
    )
  )
  var tcp: [String] = []

  @Option(help: ArgumentHelp("A socket for pulses and outputs.", valueName: "SOCKET"))
  var rig: String?

  @Option(
    help: ArgumentHelp(
      "Switch this load on from the start; the supplies are on anyway.",
      valueName: "LOAD"
    )
  )
  var energise: String?

  func run() throws {
    var library = Library()
    do throws(TwinService.Refusal) {
      try TwinService.run(
        bench: bench,
        pty: pty,
        port: port,
        tcp: tcp,
        rig: rig,
        energise: energise,
        library: &library,
        announce: { Output.note($0) }
      )
    } catch {
      let refusal = error
      Output.diagnostics(library)
      if let text = refusal.text { Output.note("meterbench: \(text)") }
      throw refusal.isFile ? ExitCode.refused : ExitCode.unreachable
    }
  }
}
