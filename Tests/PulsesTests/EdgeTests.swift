import Pulses
import Quantities
import Testing

@Suite struct EdgeTests {
  @Test func anEdgeTakesSixteenBytes() {
    #expect(MemoryLayout<Edge>.stride == 16)
  }

  @Test(arguments: [nil, 0, 1, UInt32.max])
  func anEdgeKeepsItsNumberAndItsDirection(sequence: UInt32?) {
    for isLeading in [true, false] {
      var edge = Edge(time: at(1), isLeading: isLeading, sequence: sequence)
      #expect(edge.sequence == sequence)
      #expect(edge.isLeading == isLeading)
      edge.isLeading.toggle()
      #expect(edge.sequence == sequence)
      #expect(edge.isLeading != isLeading)
      edge.sequence = 7
      #expect(edge.sequence == 7)
      edge.sequence = nil
      #expect(edge == Edge(time: at(1), isLeading: !isLeading))
    }
  }
}
