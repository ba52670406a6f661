import CHost
import Glibc

/// A process that has a device file open.
struct DeviceUser: Hashable, Sendable {
  var process: pid_t
  /// What the process is called; empty where that is not known.
  var name: String

  /// Who has the device file open or locked, as far as this user may know: the open files of other
  /// users' processes show only to root, and a lock to everybody.
  static func all(of path: String) -> [DeviceUser] {
    var device = path
    if let real = realpath(path, nil) {
      device = String(cString: real)
      free(real)
    }
    var processes: Set<pid_t> = []
    for process in numbers(in: "/proc")
    where numbers(in: "/proc/\(process)/fd").contains(where: {
      destination(of: "/proc/\(process)/fd/\($0)") == device
    }) {
      processes.insert(process)
    }
    if let process = locker(of: device) { processes.insert(process) }
    return processes.sorted().map {
      DeviceUser(
        process: $0,
        name: String(SystemFile.contents(of: "/proc/\($0)/comm").prefix { $0 != "\n" })
      )
    }
  }

  /// Whether a program of this name runs.
  static func isRunning(_ name: String) -> Bool {
    numbers(in: "/proc").contains { SystemFile.contents(of: "/proc/\($0)/comm") == name + "\n" }
  }

  /// A text for "in use by …", for a device that is in use.
  static func text(of path: String) -> String {
    let all = all(of: path)
    // This process holds it too while it asks; it is to blame where nobody else is.
    let others = all.filter { $0.process != getpid() }
    let users = others.isEmpty ? all : others
    guard !users.isEmpty else {
      return "another process (root can see which: sudo fuser -v \(path))"
    }
    return users.map(\.description).joined(separator: " and ")
  }

  private var description: String {
    if process == getpid() { return "this process already" }
    let place = "another process (\(name.isEmpty ? "" : "\(name), ")pid \(process))"
    return advice.map { "\(place); \($0)" } ?? place
  }

  /// What to do about programs that are known to take serial ports for themselves.
  private var advice: String? {
    switch name {
    case "ModemManager":
      "it takes adapters for modems: install Packaging/udev/60-meterbench.rules, or stop it"
    case "brltty": "it takes adapters for braille displays: remove the package brltty"
    default: nil
    }
  }

  /// The process of the flock on a file; a process of another container has no number here.
  private static func locker(of path: String) -> pid_t? {
    var buffer = [CChar](repeating: 0, count: 64)
    guard chost_lock_identity(path, &buffer, buffer.count) == 0 else { return nil }
    let identity = bufferText(buffer)
    for line in SystemFile.contents(of: "/proc/locks").split(separator: "\n") {
      // 3: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF
      let fields = line.split(separator: " ")
      guard fields.count > 5, fields[1] == "FLOCK", fields[5] == identity else { continue }
      if let process = pid_t(fields[4]), process > 0 { return process }
    }
    return nil
  }

  private static func numbers(in folder: String) -> [pid_t] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var numbers: [pid_t] = []
    while let entry = readdir(directory) {
      // In place: the entry is shorter than the array that Swift would copy.
      let name = withUnsafeBytes(of: &entry.pointee.d_name, bufferText)
      if let number = pid_t(name) { numbers.append(number) }
    }
    return numbers
  }

  private static func destination(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    return readlink(link, &buffer, Int(PATH_MAX)) < 0 ? nil : bufferText(buffer)
  }
}
