import MeterProfiles
import Testing

@Suite("Lineages and extended profiles") struct LineageTests {
  @Test("A lineage has its own codes, and loses those that it takes out")
  func codes() throws {
    let profile = try #require(Profiles.integra)
    let setting = try #require(profile.of(lineage: "x96").setting("pulse-1-energy"))
    #expect(try setting.number(for: "active-import") == 1)
    #expect(throws: Setting.ValueError.self) { try setting.number(for: "apparent") }
    #expect(try profile.of(lineage: nil).setting("pulse-1-energy")?.number(for: "apparent") == 41)
    #expect(profile.of(lineage: "x96").password?.unlock.address == 0x0E)
    #expect(profile.password?.unlock.address == 0x18)
  }

  @Test("A file that extends a profile states only what differs")
  func extended() throws {
    let profile = try MeterProfile(
      text: """
        profile: lot-7
        extends: integra-1221
        lineage: x96
        communication: { response-limit: 500 ms }
        """,
      file: "lot-7.yaml"
    )
    #expect(profile.name == "lot-7")
    #expect(profile.lineages == ["x96", "sdm630"])
    #expect(profile.communication.responseLimit == .milliseconds(500))
    #expect(profile.communication.minimumPause == .milliseconds(100))
    #expect(profile.quantity("voltage-l1") != nil)
  }

  @Test(
    "What is wrong with an extension is said where it stands",
    arguments: [
      ("extends: integra", "1:10: error: there is no built-in profile 'integra'"),
      ("extends: sdm630\nlineage: x", "no lineage 'x'"),
      (
        "extends: sdm630\nquantities: { voltage-l1: { input: 1, unit: W, certainty: sure } }",
        "sure"
      ),
    ]
  )
  func broken(text: String, problem: String) {
    #expect {
      _ = try MeterProfile(text: "\(text)\nprofile: mine\n", file: "mine.yaml")
    } throws: { "\($0)".contains(problem) }
  }
}
