import Judging
import RunRecord
import Testing
import Verdicts

/// Registers show what was a moment ago.
@Suite("A run that reads")
struct ReadingRunTests {
  private static func script(_ change: String, _ rule: String) -> String {
    """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - configure: { system-type: 3P4W, ct-primary: 5 A }
      - apply: { load: bank-5A }
      - \(change)
      - on-failure: continue
        read: { \(rule) }
    finally:
      - apply: { load: off, supply: off }
    """
  }

  @Test("A load that was just switched off no longer passes as being on")
  func staleRegister() throws {
    let off = "apply: { load: off }"
    #expect(try Rehearsal(Self.script(off, "current-l1: 5 A ± 2 %")).run().verdict == .failed)
    let rule = "current-l1: { at-most: 0.01 A }"
    #expect(try Rehearsal(Self.script(off, rule)).run().verdict == .passed)
  }

  @Test("A load without a settling time is read as it is, not as it was")
  func loadWithoutSettling() throws {
    var rehearsal = Rehearsal(Self.script("apply: { load: bank-2A }", "current-l1: 2 A ± 2 %"))
    rehearsal.bench = Bench3.text.replacing("settle: 5 s", with: "settle: 0 s")
    #expect(try rehearsal.run().verdict == .passed)
  }
}
