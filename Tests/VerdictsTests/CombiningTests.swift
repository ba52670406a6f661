import Testing
import Verdicts

/// Every sequence of at most three verdicts: the properties are checked on all of them, not on a
/// sample.
let sequences: [[Verdict]] = {
  var all: [[Verdict]] = [[]]
  var longest: [[Verdict]] = [[]]
  for _ in 1...3 {
    longest = longest.flatMap { head in Verdict.allCases.map { head + [$0] } }
    all += longest
  }
  return all
}()

@Suite("Combining verdicts")
struct CombiningTests {
  @Test("The order of severity is the documented one")
  func order() {
    let documented: [Verdict] = [
      .notApplicable, .passed, .skipped, .inconclusive, .failed, .error,
    ]
    #expect(Verdict.allCases.sorted() == documented)
  }

  @Test("A parent is never better than any of its parts")
  func neverBetterThanAPart() {
    for parts in sequences {
      let parent = Verdict.combining(parts)
      #expect(parts.allSatisfy { parent >= $0 }, "\(parts) gives \(parent)")
    }
  }

  @Test("A parent is passed exactly where something passed and everything else does not apply")
  func passedIsEarned() {
    for parts in sequences {
      let isEarned =
        parts.contains(.passed) && parts.allSatisfy { $0 == .passed || $0 == .notApplicable }
      #expect((Verdict.combining(parts) == .passed) == isEarned, "\(parts)")
    }
  }

  @Test("A parent without parts is inconclusive")
  func empty() {
    #expect(Verdict.combining([]) == .inconclusive)
  }

  @Test("A parent with passed and skipped parts is inconclusive")
  func passedAndSkipped() {
    #expect(Verdict.combining([.passed, .skipped]) == .inconclusive)
    #expect(Verdict.combining([.skipped, .notApplicable, .passed]) == .inconclusive)
  }

  @Test(
    "A parent whose parts were all skipped is skipped, and one to which none applies is not applicable"
  )
  func uniform() {
    #expect(Verdict.combining([.skipped, .skipped, .notApplicable]) == .skipped)
    #expect(Verdict.combining([.notApplicable, .notApplicable]) == .notApplicable)
  }

  @Test("The order of the parts does not matter")
  func commutative() {
    for parts in sequences {
      let parent = Verdict.combining(parts)
      #expect(Verdict.combining(parts.reversed()) == parent)
      for index in parts.indices.dropFirst() {
        #expect(Verdict.combining(parts[index...] + parts[..<index]) == parent)
      }
    }
  }

  @Test("Grouping the parts does not matter, as long as no group is empty")
  func associative() {
    for first in sequences where !first.isEmpty {
      for second in sequences where !second.isEmpty {
        let grouped = Verdict.combining([.combining(first), .combining(second)])
        #expect(grouped == Verdict.combining(first + second), "\(first) and \(second)")
      }
    }
  }

  @Test("An empty group keeps its parent from passing")
  func emptyGroup() {
    for parts in sequences {
      #expect(Verdict.combining(parts + [.combining([])]) >= .inconclusive)
    }
  }

  @Test("A part that does not apply changes nothing beside one that does")
  func notApplicableIsNeutral() {
    for parts in sequences where !parts.isEmpty {
      #expect(Verdict.combining(parts + [.notApplicable]) == Verdict.combining(parts))
    }
  }

  @Test("A worse part never turns a parent into passed")
  func worseNeverHelps() {
    for parts in sequences where Verdict.combining(parts) != .passed {
      for index in parts.indices where parts[index] != .notApplicable {
        for worse in Verdict.allCases where worse > parts[index] {
          var other = parts
          other[index] = worse
          #expect(Verdict.combining(other) != .passed, "\(parts) to \(other)")
        }
      }
    }
  }
}
