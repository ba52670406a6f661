import Glibc
import HostRig
import Quantities

/// Edges analysed per second on one core, for one line.
///
///     edges filter|analysis|gate|reader MILLIONS
///
/// - `filter`: bounce and losses only.
/// - `analysis`: all statistics, a batch at a time.
/// - `gate`: a gate that stays open, an edge at a time.
/// - `reader`: what a run does with a line's edges: the stream, then statistics and gate an edge at
///   a time.
///
/// Only the analysis is timed, not the making of the edges. Prints the number of edges, the seconds,
/// and the most memory that the process ever held, in kilobytes.
@main
struct Measure {
  static func main() async throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count == 2, let millions = Int(words[1]), millions > 0 else { usage() }
    let lane = try ThreadLane(name: "edges")
    defer { lane.stop() }
    let (count, time, pulses) = await Task(executorPreference: lane) {
      guard var analyser = analyser(named: words[0], on: lane) else { usage() }
      var train = Train()
      var time: Duration = .zero
      var count = 0
      while count < millions * 1_000_000 {
        train.advance()
        let start = lane.now
        await analyser.take(train.edges)
        time += lane.now.duration(since: start)
        count += train.edges.count
      }
      return (count, time, analyser.pulses)
    }.value
    // The last pulse may still be within its bounce time.
    guard abs(pulses - count / 2) <= 1, let memory = peakKilobytes() else {
      print("edges: \(pulses) pulses were counted of \(count / 2), or /proc/self/status is missing")
      exit(1)
    }
    print(count, time.inSeconds, memory)
  }
}

private func usage() -> Never {
  print("usage: edges filter|analysis|gate|reader MILLIONS")
  exit(64)
}

/// The process's peak resident size, by the kernel's `VmHWM`.
private func peakKilobytes() -> Int? {
  guard let file = fopen("/proc/self/status", "r") else { return nil }
  defer { fclose(file) }
  var text = [UInt8](repeating: 0, count: 8192)
  let length = fread(&text, 1, text.count, file)
  return String(decoding: text[..<length], as: UTF8.self)
    .split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    .flatMap { Int($0.filter(\.isNumber)) }
}
