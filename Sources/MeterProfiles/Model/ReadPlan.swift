public import Modbus

/// The fewest requests that read a set of quantities, as blocks of registers that lie together.
///
/// Gaps are not bridged: a meter may refuse a block that holds an address it does not know.
public struct ReadPlan: Hashable, Sendable {
  /// One request and the quantities in its reply.
  public struct Block: Hashable, Sendable {
    public var request: Request
    public var items: [Item]
  }

  /// A quantity in a block.
  public struct Item: Hashable, Sendable {
    public var quantity: MeasuredQuantity
    /// Where its registers begin in the reply.
    public var offset: Int
  }

  /// In the order of tables and addresses.
  public var blocks: [Block] = []

  /// The plan for `quantities`, with at most `limit` registers in a reply.
  public init(_ quantities: [MeasuredQuantity], limit: Int) {
    for table in [RegisterAddress.Table.input, .holding] {
      let sorted = quantities.filter { $0.register.table == table }
        .sorted { ($0.register.address, $0.name) < ($1.register.address, $1.name) }
      var items: [Item] = []
      var first: UInt16 = 0
      var count = 0
      func close() {
        guard !items.isEmpty else { return }
        let size = UInt16(count)
        let request: Request =
          table == .input
          ? .readInputRegisters(address: first, count: size)
          : .readHoldingRegisters(address: first, count: size)
        blocks.append(Block(request: request, items: items))
      }
      for quantity in sorted {
        let size = quantity.register.encoding.registerCount
        let offset = Int(quantity.register.address) - Int(first)
        if !items.isEmpty, offset <= count, offset + size <= max(limit, size) {
          items.append(Item(quantity: quantity, offset: offset))
          count = max(count, offset + size)
        } else {
          close()
          items = [Item(quantity: quantity, offset: 0)]
          first = quantity.register.address
          count = size
        }
      }
      close()
    }
  }
}
