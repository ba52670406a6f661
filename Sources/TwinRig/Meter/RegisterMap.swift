import MeterProfiles
import Modbus

/// Where everything of a meter stands in its registers.
struct RegisterMap: Sendable {
  /// What a place holds.
  enum Content: Hashable, Sendable {
    /// A quantity of the profile; nil where the twin has no value for its name.
    case quantity(Measurand?, index: Int)
    /// A setting of the profile.
    case setting(index: Int)
    /// The register that clears what its codes say.
    case reset
    /// The register that takes the password.
    case unlock
    /// The register that tells whether settings are unlocked; any write locks them.
    case lockState
  }

  /// One parameter.
  struct Entry: Hashable, Sendable {
    var content: Content
    var format: RegisterFormat
    var addresses: Range<Int>
  }

  /// In rising order of address.
  private(set) var input: [Entry] = []
  /// In rising order of address.
  private(set) var holding: [Entry] = []

  /// The map of one variant and lineage; what these do not have is a gap.
  init(profile: MeterProfile, variant: String?, lineage: String?) {
    if let password = profile.password {
      add(.unlock, at: password.unlock)
      if let state = password.state { add(.lockState, at: state) }
    }
    for reset in profile.resets {
      if case .register(let address, _) = reset.access { add(.reset, at: address) }
    }
    for (index, setting) in profile.settings.enumerated() {
      guard case .register(let address, _) = setting.access,
        Self.has(variant, setting.variants), Self.has(lineage, setting.lineages)
      else { continue }
      add(.setting(index: index), at: address)
    }
    for (index, quantity) in profile.quantities.enumerated()
    where quantity.reasonUnavailable(variant: variant, system: nil, lineage: lineage) == nil {
      add(.quantity(Measurand(name: quantity.name), index: index), at: quantity.register)
    }
    input.sort { $0.addresses.lowerBound < $1.addresses.lowerBound }
    holding.sort { $0.addresses.lowerBound < $1.addresses.lowerBound }
  }

  /// The entries of a table.
  func entries(in table: RegisterAddress.Table) -> [Entry] {
    table == .input ? input : holding
  }

  /// Whether a read may have these addresses: no part of a parameter, no odd start or count
  /// between parameters, and not all beyond the table. Gaps between parameters may be read; in the
  /// holding table, a gap alone may not.
  func canRead(_ addresses: Range<Int>, in table: RegisterAddress.Table) -> Bool {
    let entries = entries(in: table)
    guard let end = entries.last?.addresses.upperBound, addresses.upperBound <= end else {
      return false
    }
    let isWhole = [addresses.lowerBound, addresses.upperBound].allSatisfy { border in
      !entries.contains { $0.addresses.lowerBound < border && border < $0.addresses.upperBound }
        && (border.isMultiple(of: 2)
          || entries.contains {
            $0.addresses.lowerBound == border || $0.addresses.upperBound == border
          })
    }
    return isWhole && (table == .input || entries.contains { $0.addresses.overlaps(addresses) })
  }

  /// A place that is taken stays with its first owner.
  private mutating func add(_ content: Content, at address: RegisterAddress) {
    let first = Int(address.address)
    let entry = Entry(
      content: content,
      format: address.encoding,
      addresses: first..<(first + address.encoding.registerCount)
    )
    guard !entries(in: address.table).contains(where: { $0.addresses.overlaps(entry.addresses) })
    else { return }
    switch address.table {
    case .input: input.append(entry)
    case .holding: holding.append(entry)
    }
  }

  private static func has(_ value: String?, _ allowed: [String]) -> Bool {
    value.map { allowed.isEmpty || allowed.contains($0) } ?? true
  }
}
