import HostRig

/// The GPIO chips of this machine with their lines.
public enum LineList {
  /// A chip.
  public struct Entry: Encodable, Sendable {
    public var device: String
    public var label: String
    public var usbSerial: String?
    public var usbPath: String?
    /// Whether it gives edges; nil where no free input is there to try it on.
    public var givesEdges: Bool?
    /// Why it cannot be used; nil where it can.
    public var problem: String?
    public var lines: [Line]

    /// A line of a chip.
    public struct Line: Encodable, Sendable {
      public var offset: Int
      public var name: String?
      /// `input` or `output`.
      public var direction: String
      /// Who uses it; nil where it is free.
      public var consumer: String?
    }
  }

  /// What is there.
  ///
  /// - Throws: where udev cannot be asked.
  public static func entries() throws -> [Entry] {
    try HostChip.all().map { chip in
      Entry(
        device: chip.device,
        label: chip.label,
        usbSerial: chip.usbSerial,
        usbPath: chip.usbPath,
        givesEdges: chip.givesEdges,
        problem: chip.obstacle,
        lines: chip.lines.map {
          Entry.Line(
            offset: $0.offset,
            name: $0.name,
            direction: $0.isOutput ? "output" : "input",
            consumer: $0.consumer
          )
        }
      )
    }
  }

  /// A table for each chip.
  public static func text(_ entries: [Entry]) -> String {
    guard !entries.isEmpty else { return "this machine has no GPIO chip" }
    return entries.map(text).joined(separator: "\n")
  }

  /// The chips as a JSON array.
  public static func json(_ entries: [Entry]) -> String { JSON.text(entries) }

  private static func text(_ entry: Entry) -> String {
    if let problem = entry.problem { return "\(entry.device)  ! \(problem)" }
    let edges =
      switch entry.givesEdges {
      case true?: "gives edges"
      case false?: "gives no edges: wire no pulses to it"
      case nil: "no free input to try edges on"
      }
    let width = entry.lines.compactMap(\.name?.count).max() ?? 0
    let identity =
      [
        entry.usbSerial.map { "usb-serial: \($0)" }, entry.usbPath.map { "usb-path: \"\($0)\"" },
      ].compactMap { $0 }.first ?? "chip-label: \(entry.label)"
    let lines = entry.lines.map { line in
      "  \("\(line.offset)".padded(to: 4, left: true))  \((line.name ?? "-").padded(to: width))  "
        + line.direction.padded(to: 6) + (line.consumer.map { "  used by \($0)" } ?? "")
    }
    return
      (["\(entry.device)  \(entry.label)  \(entry.lines.count) lines, \(edges)"] + lines
      + ["  in a bench file:  NAME: { \(identity) }"]).joined(separator: "\n")
  }
}
