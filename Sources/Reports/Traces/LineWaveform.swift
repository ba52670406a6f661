import Markup
import Quantities
public import RunRecord

/// The edges of every line as a Value Change Dump (IEEE 1364-2005 clause 18), for waveform viewers.
///
/// A line is 1 while it is active. Two equal edges, between which one was lost, write the level
/// twice. Edges need eight bytes of memory each, because the file is in the order of time and the
/// record in the order of what was told.
public struct LineWaveform {
  private struct Line {
    var name: String
    /// Its level before its first edge.
    var wasActive: Bool
    var changes: [PackedChange] = []
    var isSorted = true
  }

  private var origin = TraceOrigin()
  private var last: Instant?
  private var lines: [Line] = []
  private var places: [String: Int] = [:]
  /// Positions in the order of the plan.
  private var positions: [String] = []

  /// A waveform that has seen nothing.
  public init() {}

  /// Takes the next event of the record.
  public mutating func take(_ recorded: RecordedEvent) {
    origin.take(recorded)
    last = max(last ?? recorded.at, recorded.at)
    if case .planned(let plan) = recorded.event { positions = plan.positions.map(\.name) }
    guard case .edges(let edges) = recorded.event, !edges.times.isEmpty else { return }
    let place = place(of: edges.line, wasActive: !edges.firstIsLeading)
    edges.forEachChange { at, isActive in
      let change = PackedChange(time: origin.offset(at), isActive: isActive)
      if let last = lines[place].changes.last, change.time < last.time {
        lines[place].isSorted = false
      }
      lines[place].changes.append(change)
    }
  }

  private mutating func place(of name: String, wasActive: Bool) -> Int {
    if let place = places[name] { return place }
    lines.append(Line(name: name, wasActive: wasActive))
    places[name] = lines.count - 1
    return lines.count - 1
  }

  /// Writes the file piece by piece.
  public consuming func write<Failure: Error>(
    to sink: (String) throws(Failure) -> Void
  ) throws(Failure) {
    // As people look for them: position by position, then the lines of the bench.
    lines.sort { (rank($0.name), $0.name) < (rank($1.name), $1.name) }
    for place in lines.indices where !lines[place].isSorted {
      lines[place].changes = lines[place].changes.enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
    // Edges that waited since before the first event stand at their distance from it all the same.
    let early = lines.compactMap { $0.changes.first?.time }.min().map { min($0, 0) } ?? 0
    var divisor: Int64 = 0
    for line in lines {
      for change in line.changes { divisor = Timescale.divisor(divisor, change.time - early) }
    }
    let scale = Timescale.coarsest(divisor)
    try sink(header(scale, early: early))
    try sink("#0\n$dumpvars\n")
    for (place, line) in lines.enumerated() {
      try sink("\(line.wasActive ? 1 : 0)\(Self.code(place))\n")
    }
    try sink("$end\n")
    var merge = ChangeMerge(lines.map(\.changes))
    var now: Int64 = 0
    var piece = ""
    while let (place, change) = merge.pop() {
      let time = (change.time - early) / scale.nanoseconds
      if time != now { piece += "#\(time)\n" }
      now = time
      piece += "\(change.isActive ? 1 : 0)\(Self.code(place))\n"
      if piece.utf8.count > 1 << 16 {
        try sink(piece)
        piece = ""
      }
    }
    // The run went on behind the last edge.
    let end = last.map { origin.offset($0) - early } ?? 0
    let units = end / scale.nanoseconds + (end % scale.nanoseconds > 0 ? 1 : 0)
    if units > now { piece += "#\(units)\n" }
    try sink(piece)
  }

  private func rank(_ line: String) -> Int {
    positions.firstIndex { line.hasPrefix("\($0).") } ?? positions.count
  }

  private func header(_ scale: Timescale, early: Int64) -> String {
    var text = ""
    if let start = origin.start {
      text += "$date \(Self.harmless(start.wallTime)) $end\n"
      text += "$version \(Self.harmless(start.tool)) $end\n"
    }
    var remarks = origin.lines
    if early < 0 { remarks.append("time 0 is \(-early) ns before the record's first event") }
    for remark in remarks { text += "$comment \(Self.harmless(remark)) $end\n" }
    text += "$timescale \(scale.text) $end\n"
    text += "$scope module \(SignalNames.identifier(origin.start?.benchName ?? "bench")) $end\n"
    var names = SignalNames()
    for (place, line) in lines.enumerated() {
      let name = names.name(line.name)
      text += "$comment \(name) is line \(Self.harmless(line.name)) $end\n"
      text += "$var wire 1 \(Self.code(place)) \(name) $end\n"
    }
    text += "$upscope $end\n"
    return text + "$enddefinitions $end\n"
  }

  /// Text that cannot end its section, nor begin another.
  private static func harmless(_ text: String) -> String {
    // By scalars: a dollar that carries an accent is one all the same.
    Visible.line(text, limit: 300).unicodeScalars.map { $0 == "$" ? "(dollar)" : "\($0)" }.joined()
  }

  /// The short code of a line: digits of the 94 characters from `!` to `~`.
  private static func code(_ place: Int) -> String {
    var code = ""
    var rest = place
    repeat {
      code.unicodeScalars.append(Unicode.Scalar(UInt8(33 + rest % 94)))
      rest /= 94
    } while rest > 0
    return code
  }
}
