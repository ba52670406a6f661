import Documents
import MeterProfiles
import Quantities

/// Profiles as people and programs read them.
public enum ProfileText {
  /// The built-in profiles.
  public static func list() -> String {
    entries.map { "\($0.name.padded(to: 14))  \($0.title), \($0.maker)" }.joined(separator: "\n")
  }

  /// The built-in profiles as JSON.
  public static func listJSON() -> String { JSON.text(entries) }

  /// One profile: its tables, its file, or JSON; nil where there is none of this name.
  public static func show(_ name: String, yaml: Bool, json: Bool) throws -> String? {
    guard let profile = try BuiltInProfiles.load(name) else { return nil }
    if yaml { return profile.text }
    if json { return JSON.text(Detail(profile)) + "\n" }
    return table(profile)
  }

  /// What may have been meant.
  public static func hint(_ name: String) -> String {
    nearest(name, in: BuiltInProfiles.names).map { "; did you mean '\($0)'?" }
      ?? "; there are \(BuiltInProfiles.names.joined(separator: ", "))"
  }

  private struct Entry: Encodable {
    var name: String
    var title: String
    var maker: String
  }

  private static var entries: [Entry] {
    BuiltInProfiles.names.compactMap { name in
      let profile = try? BuiltInProfiles.load(name)
      return profile.map { Entry(name: $0.name, title: $0.title, maker: $0.maker) }
    }
  }

  private struct Detail: Encodable {
    var name: String
    var title: String
    var quantities: [Item]
    var settings: [Item]
    var outputs: [String]

    struct Item: Encodable {
      var name: String
      var title: String
      var register: String
      var certainty: String
    }

    init(_ profile: MeterProfile) {
      name = profile.name
      title = profile.title
      quantities = profile.quantities.map {
        Item(
          name: $0.name,
          title: $0.title,
          register: "\($0.register)",
          certainty: $0.certainty.rawValue
        )
      }
      settings = profile.settings.map {
        Item(
          name: $0.name,
          title: $0.title,
          register: access($0),
          certainty: $0.certainty.rawValue
        )
      }
      outputs = profile.pulseOutputs.map(\.name)
    }
  }

  private static func access(_ setting: Setting) -> String {
    switch setting.access {
    case .register(let register, let isWritable): "\(register)\(isWritable ? "" : ", read only")"
    case .menu(let menu): "menu: \(menu)"
    }
  }

  private static func table(_ profile: MeterProfile) -> String {
    var lines = ["\(profile.title) (\(profile.maker))", "", "Quantities"]
    let width =
      (profile.quantities.map(\.name) + profile.settings.map(\.name)).map(\.count).max() ?? 0
    for quantity in profile.quantities {
      let unit = quantity.unit.unit(where: { _ in nil })?.symbol ?? "by setting"
      lines.append(
        "  \(quantity.name.padded(to: width))  \("\(quantity.register)".padded(to: 15)) \(unit.padded(to: 10)) \(quantity.certainty.rawValue.padded(to: 8))  \(quantity.title)"
      )
    }
    lines += ["", "Settings"]
    for setting in profile.settings {
      lines.append(
        "  \(setting.name.padded(to: width))  \(access(setting).padded(to: 26)) \(setting.certainty.rawValue.padded(to: 8))  \(setting.title)"
      )
    }
    lines += ["", "Pulse outputs"]
    for output in profile.pulseOutputs {
      lines.append(
        "  \(output.name.padded(to: width))  \(output.title)\(output.rating.map { " (\($0))" } ?? "")"
      )
    }
    if let startUp = profile.startUp {
      lines += ["", "Start-up: what the display shows"] + startUp.screens.map { "  \($0)" }
      if let test = startUp.selfTest {
        lines.append(
          "  where the self-test failed: \(test.shows), and no \(test.withholds) register can be read"
        )
      }
    }
    if let conditions = profile.referenceConditions {
      lines += ["", "Reference conditions of its accuracy (\(conditions.source))"]
      lines += conditions.texts(variants: Set(profile.variants)).map { "  \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
