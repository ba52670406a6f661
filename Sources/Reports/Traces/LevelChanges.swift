import Quantities
import RunRecord

extension RecordedEdges {
  /// Calls `body` with each edge and the level it leads to: true where the line became active.
  func forEachChange(_ body: (_ at: Instant, _ isActive: Bool) -> Void) {
    let equal = Set(repeated)
    var isActive = firstIsLeading
    for (index, time) in times.enumerated() {
      if index > 0, !equal.contains(index) { isActive.toggle() }
      body(time, isActive)
    }
  }
}
