import MeterProfiles
import Quantities

extension Characterisation {
  private struct Report: Encodable {
    var profile: String
    var unit: UInt8
    var line: String
    var lineage: String?
    var evidence: [Evidence]
    var `protocol`: [Finding]
    var settings: [SettingFinding]
    var unknown: [String]
    var registersPerRead: Int
    var longestResponseMilliseconds: Double
  }

  /// What was found, for programs.
  public var json: String {
    JSON.text(
      Report(
        profile: profile.name,
        unit: address,
        line: line,
        lineage: lineage,
        evidence: evidence,
        protocol: protocolFindings,
        settings: settings,
        unknown: unknown,
        registersPerRead: Int(registersPerRead),
        longestResponseMilliseconds: (longestResponse.inSeconds * 10_000).rounded() / 10
      )
    )
  }

  /// What was found, for people, in Markdown.
  public var report: String {
    var lines = [
      "# \(profile.title), unit \(address) at \(line)", "",
      "Everything here was read; nothing was written.", "",
    ]
    if profile.lineages.count > 1 {
      lines += ["## Lineage", ""]
      lines.append(
        lineage.map { "The meter follows **\($0)**." } ?? "The lineage is **not decided**."
      )
      lines.append("")
      lines += evidence.map {
        "- \($0.lineage), \($0.weight > 0 ? "+" : "")\($0.weight): \($0.text)"
      }
      if evidence.isEmpty { lines.append("- nothing speaks for any lineage") }
      if let lineage {
        lines += [
          "", "In the bench file: `meter: { profile: \(profile.name), lineage: \(lineage), … }`",
        ]
      }
      lines.append("")
    }
    lines += ["## Protocol", "", "| asked | answered |", "|---|---|"]
    lines += protocolFindings.map { "| \($0.question) | \($0.answer) |" }
    lines += [
      "",
      "At most \(registersPerRead) registers came in one reply; the longest time to a first byte was \(Quantity(longestResponse.inSeconds, .second).readable).",
      "", "## Settings", "",
    ]
    let names = profile.lineages.isEmpty ? ["meaning"] : profile.lineages
    lines.append("| setting | register | number | \(names.joined(separator: " | ")) |")
    lines.append("|---|---|---|\(names.map { _ in "---|" }.joined())")
    lines += settings.map { setting in
      let number = setting.number.map { Decimal.text($0) } ?? setting.problem ?? "-"
      let meanings = setting.meanings.isEmpty ? names.map { _ in "-" } : setting.meanings
      return
        "| \(setting.setting) | \(setting.register) | \(number) | \(meanings.joined(separator: " | ")) |"
    }
    lines += ["", "## What stays unknown", ""]
    lines += unknown.map { "- \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A profile file that lays what was found over the built-in one.
  public var overlay: String {
    var lines = [
      "# What 'meterbench characterise' found at unit \(address), \(line), laid over the built-in profile.",
      "# Everything was read; nothing was written. Look at the report before you rely on it.",
      "profile: \(profile.name)-found", "extends: \(profile.name)",
      "title: \(profile.title), as found at unit \(address)",
    ]
    if let lineage, profile.lineages.count > 1 { lines.append("lineage: \(lineage)") }
    if registersPerRead >= 2 {
      lines += [
        "communication:",
        "  # As many came in one reply; ordinary traffic asks for no more than the profile says.",
        "  registers-per-read: \(min(Int(registersPerRead), profile.communication.registersPerRead))",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
