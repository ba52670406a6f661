import Quantities

/// The newest of a line's leading edges, by their number, in constant memory.
struct EdgeRing: Hashable, Sendable {
  private var kept: [Instant] = []
  private let capacity: Int
  /// The number of the first edge that is taken.
  private let first: Int
  /// The number that the next edge will have.
  private(set) var count: Int

  /// No edges yet.
  ///
  /// - Parameters:
  ///   - capacity: how many are remembered; at least two.
  ///   - first: the number of the first edge that will be taken.
  init(capacity: Int, from first: Int = 0) {
    self.capacity = max(2, capacity)
    self.first = first
    count = first
  }

  /// The number of the oldest edge that is remembered.
  var oldest: Int { count - kept.count }

  /// Whether the next edge takes the place of one that is remembered.
  var isFull: Bool { kept.count == capacity }

  mutating func append(_ edge: Instant) {
    if isFull { kept[(count - first) % capacity] = edge } else { kept.append(edge) }
    count += 1
  }

  /// An edge that is remembered.
  subscript(number: Int) -> Instant { kept[(number - first) % capacity] }

  /// The number of the last edge at or before a moment; nil where none that is remembered came by then.
  func last(atOrBefore moment: Instant) -> Int? {
    var low = oldest
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= moment { low = middle + 1 } else { high = middle }
    }
    return low > oldest ? low - 1 : nil
  }
}
