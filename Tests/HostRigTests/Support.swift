import Benches
import Glibc
import HostRig
import Quantities
import Rig

/// Runs `body` on a lane of its own and stops that afterwards.
func withLane<Result: Sendable>(
  name: String = "test",
  _ body: @escaping @Sendable (ThreadLane) async throws -> Result
) async throws -> Result {
  let lane = try ThreadLane(name: name)
  defer { lane.stop() }
  return try await Task(executorPreference: lane) { try await body(lane) }.value
}

extension ThreadLane {
  /// A deadline that a passing test never reaches.
  var farAway: Instant { now + .seconds(300) }
}

struct ConditionNeverCame: Error {}

/// Waits for a condition that others bring about, without keeping their threads from them.
nonisolated(nonsending) func until(_ condition: () -> Bool) async throws {
  let limit = HostClock.now + .seconds(300)
  while !condition() {
    guard HostClock.now < limit else { throw ConditionNeverCame() }
    try await Task.sleep(for: .microseconds(500))
  }
}

/// Waits until the thread of this name sleeps in the kernel.
nonisolated(nonsending) func untilThreadSleeps(_ name: String) async throws {
  try await until {
    threadNumbers().contains { number in
      let status = fileText("/proc/self/task/\(number)/stat")
      return status.contains("(\(name)) S")
    }
  }
}

private func threadNumbers() -> [String] {
  guard let folder = opendir("/proc/self/task") else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    names.append(
      withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    )
  }
  return names
}

func fileText(_ path: String) -> String {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { return "" }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = max(0, read(descriptor, &bytes, bytes.count))
  return String(decoding: bytes.prefix(count), as: UTF8.self)
}

/// A path that nothing stands at.
func freshPath(_ name: String) -> String {
  "/tmp/hostrig-\(getpid())-\(HostClock.now.nanoseconds)-\(name)"
}

/// What an operation failed with; nil where it did not.
nonisolated(nonsending) func failure(
  of body: () async throws(LinkFailure) -> Void
) async -> LinkFailure? {
  do throws(LinkFailure) { try await body() } catch { return error }
  return nil
}

/// The text with which an operation was refused; empty where it was not.
func refusal(_ body: () throws(LinkFailure) -> Void) -> String {
  do throws(LinkFailure) { try body() } catch { return error.description }
  return ""
}

extension SerialLink {
  /// Reads until that many bytes have come; fewer where the link stays silent.
  nonisolated(nonsending) func read(
    count: Int,
    until deadline: Instant
  ) async throws(LinkFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = try await read(until: deadline)
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }
}

/// Runs `body` on the lane, in a task that was cancelled before.
func inCancelledTask(
  on lane: ThreadLane,
  _ body: @escaping @Sendable () async -> Void
) async {
  let task = Task(executorPreference: lane) {
    withUnsafeCurrentTask { $0?.cancel() }
    await body()
  }
  await task.value
}
