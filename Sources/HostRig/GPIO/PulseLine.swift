public import Rig

/// One line of a chip that is watched by itself, without a run.
public final class PulseLine: Sendable {
  /// What the line is called: its name, or its offset, and its chip.
  public let title: String
  /// The edges from now on.
  public let stream: EdgeStream

  private let reader: EdgeReader

  /// Finds a line and requests it.
  ///
  /// - Parameters:
  ///   - line: its name or offset.
  ///   - chip: the chip's label, name or device file; nil for whichever chip has the line.
  ///   - isActiveLow: whether the low level means active.
  ///   - bias: `as-is`, `pull-up`, `pull-down` or `disabled`.
  /// - Throws: where there is no such line, or several, or it gives no edges.
  public init(
    _ line: String,
    chip wanted: String?,
    isActiveLow: Bool,
    bias: String
  ) throws(RigFault) {
    let part = Part(.line, line)
    var candidates = try HostChip.all()
    if let wanted {
      candidates.removeAll { ![$0.label, $0.name, $0.device].contains(wanted) }
      if candidates.isEmpty {
        throw RigFault(part, "there is no GPIO chip '\(wanted)'; 'meterbench lines' lists them")
      }
    }
    var found: [(chip: HostChip, line: HostChip.Line)] = []
    var problems: [String] = []
    for chip in candidates {
      do throws(ChipProblem) { found.append((chip, try chip.line(line))) } catch {
        problems.append("\(chip.device) \(error)")
      }
    }
    guard let (chip, described) = found.first else {
      throw RigFault(
        part,
        problems.isEmpty ? "this machine has no GPIO chip" : problems.joined(separator: "; ")
      )
    }
    guard found.count == 1 else {
      throw RigFault(
        part,
        "there are several: "
          + found.map { "on \($0.chip.device) (label '\($0.chip.label)')" }.joined(separator: ", ")
          + "; name the chip"
      )
    }
    title = "\(described.name ?? "line \(described.offset)") of \(chip.name) (\(chip.label))"
    let stream = EdgeStream(capacity: 1 << 16)
    self.stream = stream
    do throws(ChipProblem) {
      reader = try EdgeReader(
        chip,
        lines: [
          .init(offset: described.offset, isActiveLow: isActiveLow, bias: bias, stream: stream)
        ],
        onFailure: { _ in }
      )
    } catch {
      throw RigFault(part, "\(error)")
    }
  }

  /// Whether the line is active now; nil where it cannot be read.
  public var isActive: Bool? { reader.isActive(0) }
}
