import FoundationEssentials

/// The time from one start of the computer to the next. What was written and not yet on the disk outlives a process,
/// and does not outlive this.
enum Boot {
  /// The kernel's name for the present one; nil where it does not tell.
  static let current: String? = {
    let path = "/proc/sys/kernel/random/boot_id"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return String(text.prefix { !$0.isNewline })
  }()
}
