import ResultStore
import Testing

/// The page of charts: one file, the same bytes, and real and simulated runs apart.
@Suite("History page")
struct HistoryPageTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func runs() -> [MadeRun] {
    (0..<12).map { day in
      var run = MadeRun(
        "r\(day)",
        [.init("A1", "S\(day)", Double(day) * 1e-4), .init("A2", "T\(day)", day == 3 ? 0.009 : 0)]
      )
      run.day = day
      return run
    }
  }

  @Test("the same history gives the same bytes, which reach for nothing outside")
  func pure() throws {
    let history = try folder.filled(runs())
    let page = try history.page(Selection(), rig: "host").document
    #expect(try history.page(Selection(), rig: "host").document == page)
    #expect(page.hasPrefix(HistoryPage.opening))
    for word in ["<script", "http:", "https:", "src=", "@import", "url("] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test("yield, values by position with their limits, and what lies beyond them are shown")
  func content() throws {
    let page = try folder.filled(runs()).page(Selection(), rig: "host").document
    #expect(page.contains("Yield by day") && page.contains("from 50.0 % to 100.0 %"))
    #expect(page.contains("count-pulses pulse-2 / error") && page.contains("± 0.5 %"))
    #expect(page.contains("12 values, mean 0.055 %; 0 beyond a limit; trend 0.01 % ± "))
    #expect(page.contains("12 values, mean 0.075 %; 1 beyond a limit; trend "))
    #expect(!page.contains("SIMULATED") && !page.contains("<h2>Known-good meters"))
  }

  @Test("the yield of a single day is one number")
  func day() throws {
    let page = try folder.filled([runs()[3]]).page(Selection(), rig: "host").document
    #expect(page.contains("1 period, 50.0 %."))
  }

  @Test("a twin's page says so and holds no real run; known-good meters have plots of their own")
  func apart() throws {
    var all = runs()
    all[0].rig = "twin"
    for index in 1...2 {
      all[index].judgesBench = true
      all[index].meters[0].serial = "G1"
    }
    let history = try folder.filled(all)
    let twin = try history.page(Selection(), rig: "twin").document
    #expect(twin.contains("SIMULATED: TWIN"))
    #expect(twin.contains("<dd>1</dd>"))
    let real = try history.page(Selection(), rig: "host").document
    #expect(real.contains("<h2>Known-good meters") && real.contains("9 values"))
    // A good meter that comes again has a plot of its own.
    #expect(real.contains("line-3 A1, serial-number G1</strong> 2 values, mean 0.015 %"))
    #expect(real.contains("line-3 A2, serial-number T1</strong> 1 value, mean 0 %"))
    var none = Selection()
    none.serial = "nobody"
    #expect(try history.page(none, rig: "host").isEmpty)
  }

  @Test("a text of a record cannot leave its place")
  func hostile() throws {
    var run = MadeRun("r", [.init("A1", "S1", 0.001), .init("A2", "S2", 0.002)])
    run.scenario = "<script>alert(1)</script>"
    run.bench = "\"><img src=x>"
    let page = try folder.filled([run]).page(Selection(), rig: "host").document
    #expect(!page.contains("<script") && !page.contains("<img"))
    #expect(page.contains("&lt;script&gt;"))
  }
}
