extension Characterisation {
  /// One question with its answer.
  public struct Finding: Sendable, Encodable {
    /// What was asked, such as `input 0x0000, 2 registers`.
    public var question: String
    public var answer: String
  }

  /// How a setting's register reads under each lineage.
  public struct SettingFinding: Sendable, Encodable {
    public var setting: String
    public var register: String
    /// The number in the register; nil where there was none.
    public var number: Double?
    /// Its meaning, by lineage; `-` where it has none there.
    public var meanings: [String]
    /// Why there is no number.
    public var problem: String?
  }

  /// Something that speaks for a lineage or against it.
  public struct Evidence: Sendable, Encodable {
    public var lineage: String
    /// Above 0 for it, below against it; 2 and more decides.
    public var weight: Int
    public var text: String
  }
}
