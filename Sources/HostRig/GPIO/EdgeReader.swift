import CGPIO
import CHost
import Glibc
import Pulses
import Quantities
import Rig

/// Reads the edges of one chip's lines on a thread of its own, which waits for the kernel and for
/// nobody else: who uses the edges may stall, and none is lost in the kernel for that.
final class EdgeReader: Sendable {
  /// A line to read, with where its edges go.
  struct Line: Sendable {
    var offset: Int
    var isActiveLow: Bool
    var bias: String
    var stream: EdgeStream
  }

  private let request: Request
  private let doorbell: Doorbell
  private let thread: HostThread

  /// Requests the lines and begins to read.
  ///
  /// - Parameters:
  ///   - chip: the chip.
  ///   - lines: its lines; at most 64.
  ///   - onFailure: told, on the reader's thread, where the chip fails or is pulled; the streams
  ///     have ended then.
  /// - Throws: which line cannot be read, and what to do.
  init(
    _ chip: HostChip,
    lines: [Line],
    onFailure: @escaping @Sendable (String) -> Void
  ) throws(ChipProblem) {
    let request = try Request(chip, lines)
    let streams = lines.map(\.stream)
    let doorbell: Doorbell
    do throws(LinkFailure) { doorbell = try Doorbell() } catch { throw ChipProblem("\(error)") }
    do throws(RigFault) {
      thread = try HostThread(name: "edges") {
        let end = Self.read(request, into: streams, until: doorbell)
        for stream in streams { stream.end(end) }
        if case .failed(let text) = end { onFailure(text) }
      }
    } catch {
      throw ChipProblem(error.text)
    }
    self.request = request
    self.doorbell = doorbell
  }

  deinit {
    doorbell.ring()
    thread.join()
  }

  /// Whether a line is active now.
  func isActive(_ index: Int) -> Bool? {
    let value = cgpio_inputs_value(request.handle, index)
    return value < 0 ? nil : value == 1
  }

  private static func read(
    _ request: Request,
    into streams: [EdgeStream],
    until doorbell: Doorbell
  ) -> EdgeStream.End {
    var buffer = [cgpio_edge](repeating: cgpio_edge(), count: 1024)
    var edges: [[Edge]] = streams.map { _ in [] }
    let descriptor = cgpio_inputs_fd(request.handle)
    let isNumbered = cgpio_has_sequence()
    // A queue that overflows keeps the newest edges, so the very first may be missing: whoever reads
    // the stream cannot know.
    var expected = [UInt32](repeating: 1, count: streams.count)
    while true {
      let ready = chost_wait(descriptor, false, doorbell.raw, .max)
      switch ready {
      case Int32(CHOST_WAIT_WOKEN.rawValue): return .closed
      case Int32(CHOST_WAIT_READY.rawValue), Int32(CHOST_WAIT_HANGUP.rawValue): break
      case -EINTR, Int32(CHOST_WAIT_TIMEOUT.rawValue): continue
      default: return .failed(systemText(-ready))
      }
      let count = cgpio_inputs_take(request.handle, &buffer, buffer.count)
      guard count >= 0 else { return .failed(failure(-count)) }
      if count == 0, ready == Int32(CHOST_WAIT_HANGUP.rawValue) { return .failed(failure(ENODEV)) }
      var losses: [(line: Int, loss: EdgeLoss)] = []
      for edge in buffer.prefix(Int(count)) {
        let line = Int(edge.input)
        guard edges.indices.contains(line) else { continue }
        let time = Instant(nanoseconds: edge.time_ns)
        let sequence = isNumbered ? edge.sequence : nil
        if let sequence {
          let missing = Int(Int32(bitPattern: sequence &- expected[line]))
          if missing != 0 {
            losses.append((line, .sequenceGap(missing: max(0, missing), after: time)))
          }
          expected[line] = sequence &+ 1
        }
        edges[line].append(Edge(time: time, isLeading: edge.is_leading, sequence: sequence))
        if edge.filled_queue { losses.append((line, .queueFull(at: time))) }
      }
      // First what is missing: whoever takes the edges must not close a gate on them before he knows.
      for (line, loss) in losses { streams[line].push(loss) }
      for line in edges.indices where !edges[line].isEmpty {
        streams[line].push(edges[line])
        edges[line].removeAll(keepingCapacity: true)
      }
    }
  }

  private static func failure(_ code: Int32) -> String {
    code == ENODEV ? "the chip is gone; was it unplugged?" : systemText(code)
  }
}

/// Lines that were requested with both edges; released when its last user goes.
private final class Request: @unchecked Sendable {
  // `@unchecked Sendable`: the handle is written once; edges are taken by the reader's thread only,
  // and a value is read by a call of its own.
  let handle: OpaquePointer

  init(_ chip: HostChip, _ lines: [EdgeReader.Line]) throws(ChipProblem) {
    let inputs = lines.map { line in
      cgpio_input(
        offset: UInt32(line.offset),
        bias: cgpio_bias(wording: line.bias),
        active_low: line.isActiveLow,
        without_edges: false
      )
    }
    var handle: OpaquePointer?
    var failed = 0
    let result = cgpio_inputs_open(
      chip.device,
      inputs,
      inputs.count,
      "meterbench",
      &handle,
      &failed
    )
    guard let handle, result == 0 else {
      let asked = failed < lines.count ? [lines[failed].offset] : lines.map(\.offset)
      throw LineRefusal(chip: chip, offsets: asked, purpose: .edges, code: -result).problem
    }
    self.handle = handle
  }

  deinit { cgpio_inputs_close(handle) }
}

extension cgpio_bias {
  /// The bias that a bench file names.
  init(wording: String) {
    self =
      switch wording {
      case "pull-up": CGPIO_BIAS_PULL_UP
      case "pull-down": CGPIO_BIAS_PULL_DOWN
      case "disabled": CGPIO_BIAS_DISABLED
      default: CGPIO_BIAS_AS_IS
      }
  }
}
