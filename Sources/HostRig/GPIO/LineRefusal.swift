import Glibc

/// Why the kernel refused lines of a chip, and what to do about it.
struct LineRefusal {
  /// What a line was asked for.
  enum Purpose {
    case edges, output, level
  }

  let chip: HostChip
  /// The lines that may be to blame.
  let offsets: [Int]
  let purpose: Purpose
  /// The error's number.
  let code: Int32

  var problem: ChipProblem {
    let names = offsets.map { offset in
      chip.lines.first { $0.offset == offset }?.name ?? "\(offset)"
    }
    let lines = "line \(names.joined(separator: ", ")) of \(chip.device)"
    switch code {
    case EBUSY: return ChipProblem("\(lines) is in use\(users)")
    // What kernels give where a chip has no interrupts, by version and driver.
    case ENODEV, ENXIO, ENOTSUP, 524, EINVAL:
      return switch purpose {
      case .edges:
        ChipProblem(
          "\(lines) cannot give edges (\(systemText(code))): the chip '\(chip.label)' has no "
            + "interrupts, or not the bias that was asked for; wire this to another chip"
        )
      case .output: ChipProblem("\(lines) cannot be an output: \(systemText(code))")
      case .level:
        ChipProblem(
          "\(lines) cannot be read (\(systemText(code))); perhaps the chip '\(chip.label)' has not "
            + "the bias that was asked for"
        )
      }
    case EACCES, EPERM:
      return ChipProblem(DeviceAccess.refusal(of: chip.device) ?? systemText(code))
    default: return ChipProblem("\(lines) cannot be used: \(systemText(code))")
    }
  }

  private var users: String {
    let users = offsets.compactMap { offset in
      chip.lines.first { $0.offset == offset }?.consumer
    }
    if users.contains("meterbench-guard") {
      return " by the guard of another bench; 'meterbench guard' shows it, and how to end it"
    }
    return (users.isEmpty ? "" : " by '\(users.joined(separator: "', '"))'")
      + "; end that program, or take another line"
  }
}
