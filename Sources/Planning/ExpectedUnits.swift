import Benches
import Documents
import MeterProfiles
public import Scenarios
public import Verdicts

/// Which meters a run is told that its positions hold.
public struct ExpectedUnits: Sendable {
  /// What somebody says of one position.
  public struct Entry: Hashable, Sendable {
    public var position: String
    /// The serial number as it was given.
    public var label: String
    /// Where that stands; nil where it stands in no file.
    public var origin: Rule.Origin?

    /// What somebody says of one position.
    public init(position: String, label: String, origin: Rule.Origin? = nil) {
      self.position = position
      self.label = label
      self.origin = origin
    }
  }

  public var entries: [Entry]
  /// Whether more will be said before the run, so that none is missing yet.
  public var areAwaited: Bool

  /// Which meters the positions hold; nobody says so where nothing is given.
  public init(_ entries: [Entry] = [], areAwaited: Bool = false) {
    self.entries = entries
    self.areAwaited = areAwaited
  }
}

extension Planner {
  /// Gives the positions their expected meters, and refuses what could not be compared.
  mutating func expectUnits(_ positions: inout [PlannedPosition]) {
    let rules = scenario.serialNumbers
    if units.entries.isEmpty, !units.areAwaited, !rules.isRequired,
      rules.alreadyPassed == .refuse || rules.failedBefore == .refuse
    {
      warn(
        "nobody says which meters these are, so none can be refused for what it did before; give their serial numbers, or write 'expected: required'"
      )
    }
    var holders: [SerialNumber: String] = [:]
    var named: Set<String> = []
    for entry in units.entries {
      let origin = entry.origin ?? rules.origin
      guard let index = positions.firstIndex(where: { $0.position.name == entry.position }) else {
        let names = positions.map(\.position.name)
        let hint =
          nearest(entry.position, in: names).map { "did you mean '\($0)'?" }
          ?? "it has \(names.joined(separator: ", "))"
        refuse(
          "serial number '\(entry.label)' is for position '\(entry.position)', which bench '\(bench.name)' does not have; \(hint)",
          at: origin
        )
        continue
      }
      guard named.insert(entry.position).inserted else {
        refuse("position \(entry.position) has two serial numbers", at: origin)
        continue
      }
      do throws(SerialNumberProblem) {
        let number = try rules.reported(from: entry.label)
        if let other = holders.updateValue(entry.position, forKey: number) {
          refuse(
            "positions \(other) and \(entry.position) cannot both hold the meter with serial number \(number)",
            at: origin
          )
        }
        // What was said of a socket that takes no part is checked all the same: a list is for the bench.
        guard positions[index].notApplicable == nil else { continue }
        positions[index].expected = ExpectedUnit(label: entry.label, serialNumber: number)
      } catch {
        refuse("position \(entry.position): \(error)", at: origin)
      }
    }
    let open = positions.filter { $0.notApplicable == nil && $0.expected == nil }
      .map(\.position.name).filter { !named.contains($0) }
    if rules.isRequired, !units.areAwaited, !open.isEmpty {
      refuse(
        "the scenario requires the serial number of every meter, and nobody gave those of \(open.joined(separator: ", ")); use --serial, --serials or --scan-serials, or leave positions out with --position",
        at: rules.origin
      )
    }
    guard units.areAwaited || !units.entries.isEmpty else { return }
    checkIdentification(rules.origin)
  }

  /// Warns where nothing tells the meters of a bus apart: one that answers to every address passes for its neighbour.
  mutating func checkDistinction() {
    guard scenario.profile.quantity("serial-number") != nil,
      !(scenario.steps + scenario.finally).contains(where: \.identifiesUnit),
      let bus = bench.buses.first(where: { bus in active.count { $0.bus == bus.name } > 1 })
    else { return }
    warn(
      "nothing tells the meters on bus '\(bus.name)' apart: one that answers for another passes for it, too; add 'identify: { serial-number: any }', or 'if-told' where older meters have none"
    )
  }

  private mutating func checkIdentification(_ origin: Rule.Origin) {
    guard let first = scenario.steps.firstIndex(where: \.identifiesUnit) else {
      return refuse(
        "serial numbers are expected, and no step asks the meters for theirs; add 'identify: { serial-number: any }' before anything is written to them",
        at: origin
      )
    }
    if let early = scenario.steps[..<first].first(where: \.writes) {
      warnings.append(
        "'\(early.id)' writes to the meters before '\(scenario.steps[first].id)' asks which they are"
      )
    }
  }
}

extension Step {
  /// Whether it asks the meter for its serial number.
  public var identifiesUnit: Bool {
    guard case .identify(let identify) = action else { return false }
    return identify.items.contains("serial-number")
  }

  fileprivate var writes: Bool {
    switch action {
    case .configure, .reset, .communication, .shippingSettings, .restoreSettings, .mustRefuse: true
    // A new meter cannot be asked before it has its address.
    case .assignAddress: false
    case .identify, .read, .countPulses, .compareRegisters, .apply, .wait, .ask, .restart, .demand,
      .noLoad, .startingCurrent, .remeasure:
      false
    }
  }
}
