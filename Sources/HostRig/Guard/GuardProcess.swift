import CHost
import Glibc
import Rig

/// The guard of a bench as a process of this machine: found by its socket, or started.
///
/// Its socket is a name without a file and the bench's lock: nobody else can take it while the
/// guard lives, and nothing is left behind when it does not.
enum GuardProcess {
  /// A connection to the guard of a bench, which is started where there is none; blocks the calling
  /// thread until then.
  static func connection(bench: String) throws(RigFault) -> SocketConnection {
    // One that ended between the start and the connection was started for somebody else.
    for _ in 0..<3 {
      if let connection = try connect(bench: bench) { return try trusted(connection, bench) }
      try start(bench: bench)
    }
    throw fault("the guard of bench '\(bench)' ends as soon as it begins")
  }

  /// Anybody may listen on such a name; what switches mains is not left to strangers.
  private static func trusted(
    _ connection: SocketConnection,
    _ bench: String
  ) throws(RigFault) -> SocketConnection {
    let peer = peer(of: connection)
    guard let peer, peer.user == geteuid() || peer.user == 0 else {
      throw fault(
        "the guard of bench '\(bench)' belongs to another user"
          + (peer.map { " (process \($0.process))" } ?? "")
          + "; run the bench as one user, or let that one end it with 'meterbench guard --release "
          + "\(bench)'"
      )
    }
    return connection
  }

  /// A connection to the guard of a bench; nil where there is none.
  static func connect(bench: String) throws(RigFault) -> SocketConnection? {
    let raw = chost_unix_connect("@" + address(of: bench))
    if raw == -ECONNREFUSED { return nil }
    guard raw >= 0 else {
      throw fault("the guard of bench '\(bench)' cannot be reached: \(systemText(-raw))")
    }
    return SocketConnection(Descriptor(owning: raw), name: "the guard of bench '\(bench)'")
  }

  /// The benches that have a guard on this machine.
  static func benches() -> [String] {
    let marker = "@" + address(of: "")
    let names = SystemFile.contents(of: "/proc/net/unix").split(separator: "\n").compactMap {
      // A name stands behind the seventh column; connections of the guard carry it as well.
      $0.split(separator: " ", maxSplits: 7).last.flatMap { name in
        name.hasPrefix(marker) ? String(name.dropFirst(marker.count)) : nil
      }
    }
    return Set(names).sorted()
  }

  static func peer(of connection: SocketConnection) -> (user: UInt32, process: Int32)? {
    var (user, process) = (UInt32(0), Int32(0))
    guard chost_unix_peer(connection.descriptor.raw, &user, &process) == 0 else { return nil }
    return (user, process)
  }

  private static func address(of bench: String) -> String { "meterbench-guard/" + bench }

  /// Starts the program beside this one and waits until it is ready, or another one is.
  private static func start(bench: String) throws(RigFault) {
    let program = try program()
    var said: Int32 = -1
    let process = chost_process_spawn(program, address(of: bench), &said)
    guard process >= 0 else {
      throw fault("\(program) cannot be started: \(systemText(-process)); install it again")
    }
    let line = line(from: Descriptor(owning: said)) ?? ""
    guard line == "ready" || line.hasSuffix(systemText(EADDRINUSE)) else {
      throw fault("\(program) did not begin" + (line.isEmpty ? "" : ": \(line)"))
    }
  }

  /// The next line of a descriptor, without its newline; nil where none comes within five seconds.
  /// Blocks the calling thread.
  static func line(from descriptor: Descriptor) -> String? {
    let deadline = chost_monotonic_ns() + 5_000_000_000
    var text: [UInt8] = []
    while true {
      let left = deadline - chost_monotonic_ns()
      // Who sends on and on ends no line of ours.
      guard left > 0, text.count < 4096 else { return nil }
      let ready = chost_wait(descriptor.raw, false, -1, left)
      if ready == -EINTR { continue }
      guard ready > 0 else { return nil }
      // A byte at a time: what follows belongs to the next line.
      var byte: UInt8 = 0
      guard read(descriptor.raw, &byte, 1) == 1 else { return nil }
      if byte == 0x0A { return String(decoding: text, as: UTF8.self) }
      text.append(byte)
    }
  }

  private static func program() throws(RigFault) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, used in
      used = buffer.baseAddress.map { max(0, readlink("/proc/self/exe", $0, buffer.count)) } ?? 0
    }
    let own = String(decoding: bytes, as: UTF8.self)
    guard let slash = own.lastIndex(of: "/") else {
      throw fault("this program does not know where it is: is /proc there?")
    }
    let program = own[...slash] + "meterbench-guard"
    guard access(String(program), X_OK) == 0 else {
      throw fault("\(program) is missing: outputs are switched by it alone; install it there")
    }
    return String(program)
  }

  private static func fault(_ text: String) -> RigFault { RigFault(Part(.host, ""), text) }
}
