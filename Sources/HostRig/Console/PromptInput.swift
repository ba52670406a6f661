import CHost
import Glibc
public import Rig

/// The lines that a person types at standard input while nothing is switched yet. A signal that would end the process
/// is an answer too, so that whoever asked can say what became of the run.
///
/// There may be one such value at a time, and none beside ``Signals``.
public final class PromptInput {
  /// What came.
  public enum Answer: Hashable, Sendable {
    /// A line without its end.
    case line(String)
    /// Nothing more will come.
    case ended
    /// The number of SIGINT, SIGTERM or SIGHUP.
    case signal(Int32)
  }

  private let input: Descriptor
  private let signals: Int32
  private var bytes: [UInt8] = []

  /// That of this process.
  ///
  /// - Throws: `RigFault` where the system refuses the signals.
  public convenience init() throws(RigFault) { try self.init(Descriptor(sharing: STDIN_FILENO)) }

  init(_ input: Descriptor) throws(RigFault) {
    var wanted = [SIGINT, SIGTERM]
    if !chost_signal_is_ignored(SIGHUP) { wanted.append(SIGHUP) }
    signals = chost_signals_open(wanted, wanted.count)
    self.input = input
    guard signals >= 0 else {
      throw RigFault(Part(.host, ""), "signals cannot be taken: \(systemText(-signals))")
    }
  }

  deinit { if signals >= 0 { chost_signals_close(signals) } }

  /// Waits for the next answer.
  public func next() -> Answer {
    while true {
      if let end = bytes.firstIndex(of: 0x0A) {
        defer { bytes.removeFirst(end + 1) }
        return .line(String(decoding: bytes[..<end], as: UTF8.self))
      }
      switch chost_wait(input.raw, false, signals, .max) {
      case Int32(CHOST_WAIT_WOKEN.rawValue):
        let signal = chost_signals_take(signals)
        if signal > 0 { return .signal(signal) }
      case Int32(CHOST_WAIT_READY.rawValue):
        let more = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, used in
          used = max(0, read(input.raw, buffer.baseAddress, buffer.count))
        }
        if more.isEmpty { return .ended }
        bytes += more
      case -EINTR: continue
      default: return .ended
      }
    }
  }
}
