import Quantities
import Rig
import Testing

@testable import BenchEngine

/// What counts as an output that was not as it was told. Times are milliseconds.
@Suite("Watching read-backs")
struct ReadBackWatchTests {
  private let watch = ReadBackWatch()
  private let output = OutputName.supply(position: "A1")

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  private func change(_ isOn: Bool, _ time: Int) {
    watch.receive(ReadBackChange(output: output, isOn: isOn, time: at(time)))
  }

  private func on(confirmed time: Int) {
    watch.command(output, on: true)
    watch.confirm(output, at: at(time))
  }

  private func stray(_ count: Int, _ milliseconds: Int) -> ReadBackWatch.Stray {
    ReadBackWatch.Stray(count: count, time: .milliseconds(milliseconds))
  }

  @Test("One that falls off and comes back is told once, with its time")
  func fall() {
    on(confirmed: 100)
    change(false, 300)
    #expect(watch.takeStray(of: output) == nil, "what lasts shows in the level")
    change(true, 500)
    #expect(watch.takeStray(of: output) == stray(1, 200))
    #expect(watch.takeStray(of: output) == nil)
  }

  @Test("Two falls add up")
  func twice() {
    on(confirmed: 100)
    for time in [300, 400] {
      change(false, time)
      change(true, time + 20)
    }
    #expect(watch.takeStray(of: output) == stray(2, 40))
  }

  @Test("Before it was seen to obey nothing counts")
  func slow() {
    watch.command(output, on: true)
    change(true, 140)
    change(false, 150)
    change(true, 180)
    watch.confirm(output, at: at(180))
    #expect(watch.takeStray(of: output) == nil)
  }

  @Test("Bounce behind the first contact does not count, and what lasts longer does")
  func bounce() {
    on(confirmed: 100)
    change(false, 103)
    change(true, 106)
    #expect(watch.takeStray(of: output) == nil)
    change(false, 108)
    change(true, 150)
    #expect(watch.takeStray(of: output) == stray(1, 40))
  }

  @Test("A spike on the wire does not count")
  func spike() {
    on(confirmed: 100)
    watch.receive(ReadBackChange(output: output, isOn: false, time: at(300)))
    watch.receive(
      ReadBackChange(output: output, isOn: true, time: at(300) + .microseconds(1999))
    )
    #expect(watch.takeStray(of: output) == nil)
  }

  @Test("A contact that chatters in spikes counts by their sum")
  func chatter() {
    on(confirmed: 100)
    for time in stride(from: 300, to: 330, by: 3) {
      change(false, time)
      change(true, time + 1)
    }
    #expect(watch.takeStray(of: output) == stray(5, 10))
    for time in stride(from: 1000, to: 2000, by: 200) {
      change(false, time)
      change(true, time + 1)
    }
    #expect(watch.takeStray(of: output) == nil, "now and then a spike is none")
  }

  @Test("The way from one state to the other is no stray, and a second confirmation hides none")
  func commands() {
    on(confirmed: 100)
    watch.command(output, on: false)
    change(false, 900)
    watch.confirm(output, at: at(910))
    watch.confirm(output, at: at(2000))
    change(true, 1500)
    change(false, 1600)
    #expect(watch.takeStray(of: output) == stray(1, 100))
  }
}
