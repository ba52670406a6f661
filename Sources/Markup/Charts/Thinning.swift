/// Makes a series as fine as the picture it is drawn in.
public enum Thinning {
  /// At most two points for each of `columns` equal columns: the least and the greatest of those
  /// that fall into it, in their order. What stands out is never lost, and the effort of a picture
  /// does not grow with the length of a run. Points that are not finite are left out.
  public static func columns(_ points: [Chart.Point], _ columns: Int) -> [Chart.Point] {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard columns > 0, points.count > 2 * columns, let first = points.first, let last = points.last,
      last.x > first.x
    else { return points }
    var out: [Chart.Point] = []
    var index = 0
    while index < points.count {
      func column(_ point: Chart.Point) -> Int {
        // A record may have times that go back.
        let place = (point.x - first.x) / (last.x - first.x) * Double(columns)
        return Int(min(max(place, 0), Double(columns)))
      }
      let current = column(points[index])
      var (least, greatest) = (index, index)
      while index < points.count, column(points[index]) == current {
        if points[index].y < points[least].y { least = index }
        if points[index].y > points[greatest].y { greatest = index }
        index += 1
      }
      out.append(points[min(least, greatest)])
      if least != greatest { out.append(points[max(least, greatest)]) }
    }
    return out
  }
}
