import Quantities
import Testing

@Suite struct DecimalTests {
  @Test(
    "A number is printed with the fewest digits that say it",
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (0.06, "0.06"), (3188.2, "3188.2"),
      (1e-9, "0.000000001"), (1.25e-9, "0.00000000125"), (1e-10, "1e-10"), (1_000_000, "1000000"),
      (99_999_995, "99999995"), (9.99999999, "10"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.3333333"),
      (1234.56789, "1234.568"), (1e14, "100000000000000"), (1e15, "1000000000000000"),
      (1e18, "1e+18"), (-2.5, "-2.5"),
      (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "-∞"), (.leastNonzeroMagnitude, "5e-324"),
    ] as [(Double, String)]
  )
  func text(value: Double, expected: String) {
    #expect(Decimal.text(value) == expected)
  }

  @Test(
    "A number of significant digits is kept",
    arguments: [
      (1234.5, 1, "1234"), (1235.5, 4, "1236"), (0.123456, 2, "0.12"), (123.456, 5, "123.46"),
      (5, 0, "5"), (0.05, 40, "0.05"),
    ] as [(Double, Int, String)]
  )
  func digits(value: Double, digits: Int, expected: String) {
    #expect(Decimal.text(value, digits: digits) == expected)
  }

  @Test(
    "A fixed number of decimals is always printed",
    arguments: [
      (0, 2, "0.00"), (1, 0, "1"), (1.5, 3, "1.500"), (-1.25, 1, "-1.2"), (0.05, 2, "0.05"),
      (2.675, 2, "2.67"), (0.999, 2, "1.00"), (-0.001, 2, "0.00"), (1e6, 1, "1000000.0"),
      (12, -3, "12"), (0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"),
      (.infinity, 2, "inf"), (1e19, 2, "1e+19"),
    ] as [(Double, Int, String)]
  )
  func fixed(value: Double, decimals: Int, expected: String) {
    #expect(Decimal.fixed(value, decimals: decimals) == expected)
  }

  @Test(
    "What lies between two decimals is rounded by its binary value, ties to even",
    arguments: [
      // 0.15 is stored a little below, 0.45 a little above the tie; 0.25 and 0.75 are exact.
      (0.15, 1, "0.1"), (0.45, 1, "0.5"), (0.35, 1, "0.3"), (0.25, 1, "0.2"), (0.75, 1, "0.8"),
      (1.005, 2, "1.00"), (8.345, 2, "8.35"),
    ] as [(Double, Int, String)]
  )
  func ties(value: Double, decimals: Int, expected: String) {
    #expect(Decimal.fixed(value, decimals: decimals) == expected)
  }

  @Test("More decimals than a number has cost nothing", arguments: [16, 18, 19, 25, 400])
  func manyDecimals(decimals: Int) {
    #expect(Decimal.fixed(0, decimals: decimals).hasPrefix("0.000"))
    #expect(Decimal.fixed(0.5, decimals: decimals).hasPrefix("0.500"))
  }

  @Test("Trimming takes away zeros after the point only")
  func trimmed() {
    #expect(Decimal.fixed(100, decimals: 3, trimmed: true) == "100")
    #expect(Decimal.fixed(100.5, decimals: 3, trimmed: true) == "100.5")
  }
}
