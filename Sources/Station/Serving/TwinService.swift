import Benches
import Documents
import Glibc
import HostRig

/// Serves a bench's twin for the command line, until a signal ends it.
public enum TwinService {
  /// It could not be served; nothing was opened.
  public struct Refusal: Error {
    /// What to tell the user beside the diagnostics; nil where those say all.
    public var text: String?
    /// Whether the files are to blame, and not a part that could not be opened.
    public var isFile: Bool
  }

  /// Serves until SIGINT or SIGTERM.
  ///
  /// - Parameters:
  ///   - bench: the bench file; it needs a `twin` section.
  ///   - pty: `PATH`, or `NAME=PATH` for a bench of several buses.
  ///   - port: `PATH` of a serial port of this machine, or `NAME=PATH`.
  ///   - tcp: `HOST:PORT`, or `NAME=HOST:PORT`.
  ///   - rig: where the socket for pulses and outputs goes; nil for none.
  ///   - energise: the load that is on from the start; nil for none.
  ///   - library: reads the files.
  ///   - announce: told where everything is, once it can be reached.
  public static func run(
    bench path: String,
    pty: [String],
    port: [String],
    tcp: [String],
    rig: String?,
    energise: String?,
    library: inout Library,
    announce: @escaping @Sendable (String) -> Void
  ) throws(Refusal) {
    let loaded: Library.LoadedBench
    do throws(DocumentError) { loaded = try library.bench(path) } catch {
      throw Refusal(text: nil, isFile: true)
    }
    guard loaded.bench.twin != nil else {
      throw Refusal(
        text: "\(path) has no 'twin' section, so there is nothing to serve",
        isFile: true
      )
    }
    if let energise, loaded.bench.load(energise) == nil {
      throw Refusal(text: "bench '\(loaded.bench.name)' has no load '\(energise)'", isFile: true)
    }
    var doors = pty.map { TwinDoor(pseudoTerminal: $0) } + port.map { TwinDoor(serialPort: $0) }
    for text in tcp {
      guard let door = TwinDoor(tcp: text) else {
        throw Refusal(text: "'\(text)' is not [NAME=]HOST:PORT", isFile: true)
      }
      doors.append(door)
    }
    guard !doors.isEmpty || rig != nil else {
      throw Refusal(text: "say where to serve it: --pty, --port, --tcp or --rig", isFile: true)
    }
    let serving = TwinServing(
      doors: doors,
      rigSocket: rig,
      energy: energise.map { .load($0) } ?? .supplies
    )
    do {
      let server = try TwinServer(
        bench: loaded.bench,
        profiles: loaded.profiles,
        serving: serving
      )
      let lane = try ThreadLane(name: "twin-main")
      defer { lane.stop() }
      try Blocking.run(on: lane) { () -> Result<Void, any Error> in
        do {
          _ = try await server.runUntilSignal(emergency: { _exit(130) }) { addresses in
            for bus in addresses.buses { announce("bus \(bus.name) at \(bus.text)") }
            if let socket = addresses.rigSocket { announce("rig socket at \(socket)") }
            announce("serving; Ctrl-C ends it")
          }
          return .success(())
        } catch { return .failure(error) }
      }.get()
    } catch {
      throw Refusal(text: "\(error)", isFile: false)
    }
  }
}
