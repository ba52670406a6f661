import Foundation
import RunRecord
import Station
import Testing

/// What no record may hold.
@Suite("Secrets in a record")
struct SecretTests {
  @Test("A password that is written to a meter is masked in the frames, its CRC too")
  func password() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-secret-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    var library = Library()
    let prepared = try library.prepare(
      scenario: root.appendingPathComponent("Scenarios/settings.yaml").path,
      bench: root.appendingPathComponent("Benches/twin.yaml").path,
      parameters: []
    )
    var options = RunSession.Options()
    options.folder = folder
    _ = try RunSession(prepared, options: options).run()
    let events = try RecordReader.events(in: RecordData(folder: folder))
    let frames = events.flatMap { event -> [RecordedExchange.Frame] in
      if case .exchanged(let exchange) = event.event { exchange.frames } else { [] }
    }
    let masked = frames.filter { $0.masked == true }
    #expect(masked.contains { $0.kind == "request" } && masked.contains { $0.kind == "reply" })
    #expect(masked.allSatisfy { $0.bytes.dropFirst(4).allSatisfy { $0 == "0" } })
    // Function 16 to register 0x0018, where the password goes.
    #expect(!frames.contains { $0.bytes.dropFirst(2).hasPrefix("100018") })
    #expect(frames.contains { $0.masked == nil && $0.bytes.dropFirst(2).hasPrefix("10") })
  }
}
