import CGPIO

extension HostChip {
  /// Whether the chip gives edges; nil where no line is free to try it on.
  ///
  /// Only a free input is tried, with its bias as it is: nothing that hangs on the chip notices.
  public var givesEdges: Bool? {
    guard let free = lines.first(where: { $0.consumer == nil && !$0.isOutput }) else { return nil }
    let input = cgpio_input(
      offset: UInt32(free.offset),
      bias: CGPIO_BIAS_AS_IS,
      active_low: false,
      without_edges: false
    )
    var handle: OpaquePointer?
    var failed = 0
    let result = cgpio_inputs_open(device, [input], 1, "meterbench", &handle, &failed)
    cgpio_inputs_close(handle)
    return result == 0
  }
}
