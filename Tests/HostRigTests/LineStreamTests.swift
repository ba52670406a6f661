import Glibc
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct LineStreamTests {
  private func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
    HostProcess.secure()
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// F_GETPIPE_SZ, which Swift does not see.
  private static let pipeSize: Int32 = 1032

  /// Leaves no room in a pipe.
  private func fill(_ writing: Descriptor) -> Int {
    let bytes = [UInt8](repeating: 0x20, count: Int(fcntl(writing.raw, Self.pipeSize)))
    return Glibc.write(writing.raw, bytes, bytes.count)
  }

  private func read(_ descriptor: Descriptor, _ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let got = Glibc.read(descriptor.raw, &part, part.count)
      guard got > 0 else { break }
      bytes += part.prefix(got)
    }
    return bytes
  }

  /// Lines of 1000 bytes.
  private func line(_ number: Int) -> [UInt8] {
    let text = "\(number) "
    return Array(text.utf8) + [UInt8](repeating: 0x2E, count: 999 - text.utf8.count) + [0x0A]
  }

  @Test func `a reader that comes back gets whole lines, and every gap is named`() throws {
    let (reading, writing) = try pipe()
    let filling = fill(writing)
    let stream = LineStream(descriptor: writing.raw, capacity: 10_500)
    for number in 0..<14 { stream.offer(line(number)) }
    // This one alone would find room; behind others that are lost it is lost with them.
    stream.offer([0x0A])
    #expect(stream.finish(patience: .zero) == .init(lost: [10...14], untaken: 0, failure: nil))
    #expect(read(reading, filling).count == filling)
    #expect(read(reading, 10_000) == (0..<10).flatMap(line))
    #expect(stream.finish(patience: .seconds(30)).untaken == nil)
    // There is room again.
    stream.offer(line(15))
    #expect(read(reading, 1000) == line(15))
    let outcome = stream.finish(patience: .seconds(30))
    #expect(outcome == .init(lost: [10...14], untaken: nil, failure: nil))
  }

  @Test func `a line that is longer than all that may wait is taken alone`() throws {
    let (reading, writing) = try pipe()
    let stream = LineStream(descriptor: writing.raw, capacity: 10)
    stream.offer(line(0))
    #expect(read(reading, 1000) == line(0))
    #expect(stream.finish(patience: .seconds(30)).lost.isEmpty)
  }

  @Test func `a reader that has gone is told of, with the first line that it lacks`() throws {
    let (writing, stream) = try {
      let (reading, writing) = try pipe()
      let stream = LineStream(descriptor: writing.raw, capacity: 10_000)
      stream.offer(line(0))
      #expect(read(reading, 1000) == line(0))
      #expect(stream.finish(patience: .seconds(30)).failure == nil)
      return (writing, stream)
    }()
    defer { withExtendedLifetime(writing) {} }
    stream.offer(line(1))
    let outcome = stream.finish(patience: .seconds(30))
    #expect(outcome.untaken == 1 && outcome.failure != nil)
    stream.offer(line(2))
    #expect(stream.finish(patience: .zero).lost == [2...2])
  }
}
