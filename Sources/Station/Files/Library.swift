public import Benches
public import Documents
import FoundationEssentials
import HostRig
public import MeterProfiles
public import Planning
import Quantities
import Rig
public import Scenarios

/// Reads files, and brings a scenario and a bench together.
public struct Library {
  /// A bench with the profiles that it names.
  public struct LoadedBench: Sendable {
    public var bench: Bench
    /// By their names, and by the paths that the file gives.
    public var profiles: [String: MeterProfile]
  }

  /// Everything that was found wrong, and every warning.
  public let diagnostics = Diagnostics()
  /// The texts of the files that were read, for excerpts.
  public private(set) var texts: [String: String] = [:]
  /// The profiles that were read, by built-in name or by path: each is read once, so that every
  /// position and the record speak of the same one.
  private var profilesRead: [String: MeterProfile] = [:]

  /// Whether anything makes a file unusable.
  public var hasErrors: Bool { diagnostics.hasErrors }

  /// The errors.
  public var errors: [Problem] {
    diagnostics.all.filter { $0.severity == .error }.map { Problem($0) }
  }

  /// The day on which the files are to be used, as YYYY-MM-DD in UTC.
  private let today: String

  /// Texts that stand for files, by path: those of a record.
  private let given: [String: String]

  /// A library that has read nothing.
  ///
  /// - Parameters:
  ///   - today: as YYYY-MM-DD; the day of the wall clock where nil.
  ///   - given: texts that stand for files, by path, whatever the disk holds.
  public init(today: String? = nil, given: [String: String] = [:]) {
    self.today = today ?? Self.day(HostClock.wallTime.millisecondsSinceEpoch)
    self.given = given
  }

  private static func day(_ millisecondsSinceEpoch: Int64) -> String {
    String(UTC.text(millisecondsSinceEpoch: millisecondsSinceEpoch).prefix(10))
  }

  /// A scenario on a bench, ready to run.
  public struct Prepared: Sendable {
    public var plan: Plan
    /// The profiles in use, by name.
    public var profiles: [String: MeterProfile]
  }

  /// Whether a file is a scenario by its keys, or cannot be told.
  public func isScenario(_ path: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: path),
      let root = (try? Document(bytes: Array(data), file: path, into: Diagnostics()))?.root
    else { return true }
    let keys = root.entries.map(\.key)
    return keys.contains("scenario") || !keys.contains("bench") && !keys.contains("profile")
  }

  /// Reads a file of any kind, told apart by its first key, and checks it.
  public mutating func check(_ path: String) throws(DocumentError) {
    let text = try read(path)
    let probe = Diagnostics()
    let keys = (try? Document(text: text, file: path, into: probe))?.root.entries.map(\.key) ?? []
    if keys.contains("bench") {
      _ = try bench(path)
    } else if keys.contains("profile"), !keys.contains("scenario") {
      _ = try MeterProfile(text: text, file: path, into: diagnostics)
    } else {
      var given: [Scenario.Parameter] = []
      // A file alone is checked with a stand-in for each required parameter.
      if let root = (try? Document(text: text, file: path, into: Diagnostics()))?.root {
        for (name, node) in root["parameters"]?.entries ?? [] where node["default"] == nil {
          given.append(Scenario.Parameter(name: name, value: "1"))
        }
      }
      _ = try scenario(path, parameters: given)
    }
  }

  /// Reads a scenario and a bench and plans the one on the other.
  ///
  /// - Parameters:
  ///   - scenario: the scenario file.
  ///   - bench: the bench file.
  ///   - parameters: values given for this run.
  ///   - positions: the only positions to use; empty for all.
  ///   - units: what says which meters the positions hold.
  ///   - allowsUndecidable: whether a rule that nothing could pass is a warning and no refusal.
  public mutating func prepare(
    scenario: String,
    bench: String,
    parameters: [(name: String, value: String)],
    positions: [String] = [],
    units: UnitSources = UnitSources(),
    allowsUndecidable: Bool = false
  ) throws(DocumentError) -> Prepared {
    // Both files are read before either's errors end it, so that one look shows everything.
    var loaded: LoadedBench?
    var read: Scenario?
    do throws(DocumentError) { loaded = try self.bench(bench) } catch {}
    do throws(DocumentError) {
      read = try self.scenario(
        scenario,
        parameters: parameters.map { Scenario.Parameter(name: $0.name, value: $0.value) }
      )
    } catch {}
    var expected = ExpectedUnits(
      units.serials.map {
        let argument = "--serial \($0.position)=\($0.serial)"
        return .init(position: $0.position, label: $0.serial, origin: .argument(argument))
      },
      areAwaited: units.areAwaited
    )
    if let serialList = units.list {
      do throws(DocumentError) {
        expected.entries += SerialList.entries(
          of: try self.read(serialList),
          file: serialList,
          into: diagnostics
        )
      } catch {}
    }
    try diagnostics.throwIfErrors()
    guard let loaded, let read else { throw DocumentError(diagnostics.all) }
    var rig = loaded.bench
    var profiles = loaded.profiles
    for name in positions where rig.position(name) == nil {
      let names = rig.positions.map(\.name)
      let hint =
        nearest(name, in: names).map { "did you mean '\($0)'?" }
        ?? "it has \(names.joined(separator: ", "))"
      diagnostics.report(
        "bench '\(rig.name)' has no position '\(name)', which --position names; \(hint)",
        at: SourceLocation(file: bench, line: 1, column: 1)
      )
    }
    if !positions.isEmpty {
      for index in rig.positions.indices where !positions.contains(rig.positions[index].name) {
        rig.positions[index].disabled = rig.positions[index].disabled ?? "not chosen for this run"
      }
    }
    for index in rig.positions.indices where units.leftOut.contains(rig.positions[index].name) {
      rig.positions[index].disabled =
        rig.positions[index].disabled ?? "left out when its serial number was asked for"
    }
    add(read.profile, to: &profiles, at: SourceLocation(file: scenario, line: 1, column: 1))
    try diagnostics.throwIfErrors()
    let known = profiles
    let plan = try Plan(
      read,
      on: rig,
      allowsUndecidable: allowsUndecidable,
      units: expected,
      profile: { (name: String) throws(DocumentError) -> MeterProfile? in
        if let profile = known[name] { return profile }
        return try BuiltInProfiles.load(name)
      },
      into: diagnostics
    )
    if let profile = plan.referenceProfile { profiles[profile.name] = profile }
    return Prepared(plan: plan, profiles: profiles)
  }

  /// Reads a bench with the profiles of its positions.
  public mutating func bench(
    _ path: String
  ) throws(DocumentError) -> LoadedBench {
    let text = try read(path)
    try expect("bench", in: text, path)
    var bench = try Bench(text: text, file: path, into: diagnostics)
    var profiles: [String: MeterProfile] = [:]
    for index in bench.positions.indices {
      let position = bench.positions[index]
      guard let profile = try profile(position.profile, beside: path) else {
        reportMissing(position.profile, at: position.profileLocation)
        continue
      }
      bench.positions[index].profile = profile.name
      add(profile, to: &profiles, at: position.profileLocation)
      checkWiring(position, profile)
    }
    if case .registers(let name, _, _, _)? = bench.reference?.kind, let reference = bench.reference
    {
      try addReference(name, reference, beside: path, to: &profiles)
    } else if case .power(let name, _, _, _)? = bench.reference?.kind,
      let reference = bench.reference
    {
      try addReference(name, reference, beside: path, to: &profiles)
    }
    checkCalibration(bench)
    try diagnostics.throwIfErrors()
    return LoadedBench(bench: bench, profiles: profiles)
  }

  /// A run after that day is an error; who wires a bench wants to know it before.
  private func checkCalibration(_ bench: Bench) {
    let day = bench.twin.map { Self.day($0.epochMilliseconds) } ?? today
    if let timeBase = bench.timeBase, let until = timeBase.calibratedUntil, day > until {
      diagnostics.report(
        "the calibration of the time base ended on \(until), and today is \(day): no run that times pulses or uses a reference can pass; have it calibrated, and state the new date",
        at: timeBase.location,
        path: "time-base.calibrated-until",
        severity: .warning
      )
    }
    guard let reference = bench.reference, let until = reference.calibratedUntil, day > until else {
      return
    }
    diagnostics.report(
      "the calibration of the reference ended on \(until), and today is \(day): no run that measures against it can pass; have it calibrated, and state the new date",
      at: reference.location,
      path: "reference.calibrated-until",
      severity: .warning
    )
  }

  /// Says so where a file is plainly one of another kind, instead of finding fault with each key.
  private func expect(_ kind: String, in text: String, _ path: String) throws(DocumentError) {
    let probe = Diagnostics()
    guard let root = (try? Document(text: text, file: path, into: probe))?.root else { return }
    let keys = root.entries.map(\.key)
    // A scenario too has the key 'profile'.
    guard !keys.contains(kind),
      let other = ["scenario", "bench", "profile"].first(where: { keys.contains($0) })
    else { return }
    diagnostics.report("this is a \(other) file; a \(kind) file is wanted here", at: root)
    throw DocumentError(diagnostics.all)
  }

  private mutating func addReference(
    _ name: String,
    _ reference: Reference,
    beside path: String,
    to profiles: inout [String: MeterProfile]
  ) throws(DocumentError) {
    guard let profile = try profile(name, beside: path) else {
      reportMissing(name, at: reference.profileLocation)
      return
    }
    add(profile, to: &profiles, at: reference.profileLocation)
    profiles[name] = profile
  }

  /// Profiles go by their names from here on, so two of one name must be the same.
  private func add(
    _ profile: MeterProfile,
    to profiles: inout [String: MeterProfile],
    at location: SourceLocation
  ) {
    if let other = profiles[profile.name], other.text != profile.text {
      diagnostics.report(
        "\(profile.file) and \(other.file) both call themselves profile '\(profile.name)' and differ; give one of them another name",
        at: location
      )
    }
    profiles[profile.name] = profile
  }

  private func reportMissing(_ name: String, at location: SourceLocation) {
    guard !name.hasSuffix(".yaml"), !name.hasSuffix(".yml") else {
      return diagnostics.report(
        "there is no file '\(name)' beside this one, or it cannot be read",
        at: location
      )
    }
    let names = BuiltInProfiles.names
    let hint = nearest(name, in: names).map { "; did you mean '\($0)'?" }
    diagnostics.report(
      "there is no profile '\(name)'\(hint ?? "; built in: \(names.joined(separator: ", "))")",
      at: location
    )
  }

  private func checkWiring(_ position: Position, _ profile: MeterProfile) {
    for line in position.pulseLines where profile.pulseOutput(line.output) == nil {
      diagnostics.report("\(profile.name) has no output '\(line.output)'", at: line.line.location)
    }
    if let variant = position.variant, !profile.variants.contains(variant) {
      let hint = nearest(variant, in: profile.variants).map { "; did you mean '\($0)'?" } ?? ""
      diagnostics.report(
        "\(profile.name) has no variant '\(variant)'\(hint)",
        at: position.variantLocation
      )
    }
  }

  /// Reads a scenario.
  public mutating func scenario(
    _ path: String,
    parameters: [Scenario.Parameter]
  ) throws(DocumentError) -> Scenario {
    let text = try read(path)
    try expect("scenario", in: text, path)
    var copy = self
    // Also where the profile is broken: its text is needed for the excerpt.
    defer { self = copy }
    let scenario = try Scenario(
      text: text,
      file: path,
      parameters: parameters,
      profile: { (name) throws(DocumentError) in try copy.profile(name, beside: path) },
      include: {
        copy.given[$0]
          ?? FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) }
      },
      into: diagnostics
    )
    return scenario
  }

  /// A profile by its built-in name, or by a path relative to the file that names it; nil where
  /// there is none.
  public mutating func profile(
    _ name: String,
    beside path: String = "."
  ) throws(DocumentError) -> MeterProfile? {
    guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
      if let profile = profilesRead[name] { return profile }
      let file = BuiltInProfiles.file(of: name)
      profilesRead[name] =
        given[file] == nil
        ? try BuiltInProfiles.load(name)
        : try MeterProfile(text: try read(file), file: file, into: diagnostics)
      return profilesRead[name]
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let file = name.hasPrefix("/") ? name : folder + name
    if let profile = profilesRead[file] { return profile }
    guard given[file] != nil || FileManager.default.fileExists(atPath: file) else { return nil }
    let profile = try MeterProfile(text: try read(file), file: file, into: diagnostics)
    profilesRead[file] = profile
    return profile
  }

  private mutating func read(_ path: String) throws(DocumentError) -> String {
    if let text = given[path] {
      texts[path] = text
      return text
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      diagnostics.report(
        exists
          ? "the file cannot be read; check its permissions, and that it is a file"
          : "there is no such file",
        at: SourceLocation(file: path, line: 1, column: 1)
      )
      throw DocumentError(diagnostics.all)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      _ = try Document(bytes: Array(data), file: path, into: diagnostics)
      throw DocumentError(diagnostics.all)
    }
    texts[path] = text
    return text
  }
}
