import Benches
import MeterProfiles
import Metrology
import Modbus
import Planning
import Quantities
import Rig
import Verdicts

/// The bench's reference where it is a meter on a bus: reads what it shows at a moment.
struct ReferenceMeter: Sendable {
  private let plan: Plan
  private let profile: MeterProfile
  private let bus: Bus
  private let address: UInt8
  private let witness: Witness
  private let lane: any Lane

  /// Nil where the bench's reference is none, or not a meter.
  init?(plan: Plan, rig: any Rig, witness: Witness) {
    guard let profile = plan.referenceProfile else { return nil }
    switch plan.bench.reference?.kind {
    case .registers(_, let name, let address, _), .power(_, let name, let address, _):
      guard let bus = rig.bus(name) else { return nil }
      self.bus = bus
      self.address = address
    default: return nil
    }
    self.plan = plan
    self.profile = profile
    self.witness = witness
    lane = rig.lane
  }

  /// A quantity as the meter shows it, in the base unit, with its budget; nil
  /// where it does not show it.
  func read(_ name: String) async throws -> (value: Double, budget: UncertaintyBudget)? {
    guard let quantity = profile.quantity(name), let unit = quantity.unit.unit(where: { _ in nil })
    else { return nil }
    let exchange = try await bus.exchange(
      quantity.register.readRequest,
      with: UnitIdentifier(rawValue: address),
      limits: profile.communication.limits,
      retries: .reads(2)
    )
    guard let words = exchange.response?.registers,
      let number = quantity.register.encoding.decode(words, order: profile.communication.wordOrder)
    else { return nil }
    witness.answered("reference", on: bus.name, at: lane.now)
    let value = number * unit.factor
    let shown = quantity.budget(ofReading: number).scaled(by: unit.factor)
    let own = plan.bench.referenceComponents.map { $0.scaled(by: value) }
    return (value, UncertaintyBudget(own + shown.components))
  }

  /// The bus that it is on.
  var busName: String { bus.name }

  /// Whether it is on this bus and answers at this moment.
  func answers(on name: String) async -> Bool {
    guard bus.name == name, let quantity = profile.quantities.first else { return false }
    return (try? await read(quantity.name)) != nil
  }
}
