/// Brings the changes of several lines, each in the order of its time, into one order: by time, and
/// at one moment by line. A heap of the lines' next changes needs no second copy of them.
struct ChangeMerge {
  private let lines: [[PackedChange]]
  private var next: [Int]
  /// Indices of lines, a binary heap by their next change.
  private var heap: [Int] = []

  init(_ lines: [[PackedChange]]) {
    self.lines = lines
    next = Array(repeating: 0, count: lines.count)
    for line in lines.indices where !lines[line].isEmpty {
      heap.append(line)
      rise(heap.count - 1)
    }
  }

  /// The next change of all, with its line; nil behind the last.
  mutating func pop() -> (line: Int, change: PackedChange)? {
    guard let line = heap.first else { return nil }
    let change = lines[line][next[line]]
    next[line] += 1
    if next[line] == lines[line].count {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    sink()
    return (line, change)
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let (first, second) = (lines[a][next[a]].time, lines[b][next[b]].time)
    return first < second || first == second && a < b
  }

  private mutating func rise(_ start: Int) {
    var place = start
    while place > 0, precedes(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() {
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && precedes(heap[child], heap[least]) {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}

/// A change of a line's level in eight bytes, because a day has millions.
struct PackedChange {
  private var bits: Int64

  /// - Parameter time: an offset of `TraceOrigin`, in nanoseconds.
  init(time: Int64, isActive: Bool) { bits = time << 1 | (isActive ? 1 : 0) }

  var time: Int64 { bits >> 1 }
  var isActive: Bool { bits & 1 == 1 }
}
