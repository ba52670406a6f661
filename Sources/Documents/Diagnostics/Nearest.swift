/// The name that was probably meant by `name`, or nil where none is near.
///
/// The longer of the two decides how many edits are near: none up to two characters, one up to
/// four, two up to eight, else three. An edit is an insertion, a deletion, a substitution, or the
/// exchange of two neighbours (the optimal string alignment distance); case does not count. The
/// first of several equally near names wins.
public func nearest(_ name: String, in names: [String]) -> String? {
  let wanted = Array(name.lowercased().unicodeScalars)
  var best: (name: String, edits: Int)?
  for candidate in names {
    let letters = Array(candidate.lowercased().unicodeScalars)
    let limit =
      switch max(letters.count, wanted.count) {
      case ...2: 0
      case ...4: 1
      case ...8: 2
      default: 3
      }
    guard abs(letters.count - wanted.count) <= limit else { continue }
    let edits = edits(from: wanted, to: letters)
    if edits <= limit, edits < best?.edits ?? .max { best = (candidate, edits) }
  }
  return best?.name
}

private func edits(from a: [Unicode.Scalar], to b: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var row = [i + 1]
    for (j, other) in b.enumerated() {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (letter == other ? 0 : 1))
      if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
