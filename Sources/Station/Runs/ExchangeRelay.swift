import BenchEngine
import Benches
import MeterProfiles
import Modbus
import Planning
import Rig
import RunRecord

/// Hands exchanges to the log, which is made after the rig that produces them.
final class ExchangeRelay: Sendable {
  private let target = Locked<EventLog?>(nil)
  private let secrets: [String: SecretRegisters]

  /// - Parameter secrets: what no record may hold, by bus.
  init(hiding secrets: [String: SecretRegisters]) { self.secrets = secrets }

  var log: EventLog? {
    get { target.withLock { $0 } }
    set { target.withLock { $0 = newValue } }
  }

  func exchanged(_ bus: String, _ exchange: Exchange) {
    log?.append(
      .exchanged(RecordedExchange(bus: bus, exchange, hiding: secrets[bus] ?? SecretRegisters()))
    )
  }
}

extension Library.Prepared {
  /// The secret registers of the meters on each bus.
  var secrets: [String: SecretRegisters] {
    var found: [String: SecretRegisters] = [:]
    for position in plan.bench.positions {
      let profile = profiles[position.profile]
      let settings = (profile?.settings ?? []).filter(\.isSecret).compactMap {
        if case .register(let register, _) = $0.access { register } else { nil }
      }
      for register in settings + [profile?.password?.unlock].compactMap(\.self)
      where register.table == .holding {
        found[position.bus, default: SecretRegisters()].add(
          holding: register.address,
          count: register.encoding.registerCount
        )
      }
    }
    return found
  }
}
