import ArgumentParser
import Station

struct Lot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Says how large a sample a lot needs, and what the runs of the sample say of the lot.",
    discussion: """
      Without records it prints the sample and the acceptance number. With the records of the sample's runs \
      it accepts the lot, rejects it, or says what is missing. A meter is known by the serial number that it \
      told; one that failed in any run is nonconforming.

        meterbench lot --size 1000
        meterbench lot --size 1000 results/lot-12/*

      Exit status: 0 accepted, or no records given; 1 rejected; 4 not decided yet; 2 where the records are no \
      sample, 3 where one was changed.
      """
  )

  @Option(help: "How many meters the lot has.")
  var size: Int

  @Option(help: "The sampling plan: \(SamplingPlans.names.joined(separator: ", ")).")
  var plan = "iso-2859-1-aql-1"

  @Argument(help: "Records, or folders of runs.")
  var records: [String] = []

  @Flag(help: "Print the result as JSON on standard output.")
  var json = false

  func validate() throws {
    if size < 1 { throw ValidationError("a lot has at least one meter, not \(size)") }
    if !SamplingPlans.names.contains(plan) {
      throw ValidationError(
        "there is no sampling plan '\(plan)'; there are \(SamplingPlans.names.joined(separator: ", "))"
      )
    }
  }

  func run() throws {
    let lot: StoredLot
    do { lot = try StoredLot(size: size, plan: plan, records: records) } catch {
      Output.failure(error, json: json)
      throw ExitCode.ofRecord(error)
    }
    Output.line(json ? lot.json : lot.text)
    throw ExitCode(lot.exitStatus)
  }
}
