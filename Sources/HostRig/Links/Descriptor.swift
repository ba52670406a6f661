import CHost
import Glibc
import Rig

/// An open file; closed exactly once, when its last user goes.
final class Descriptor: Sendable {
  let raw: Int32
  private let isOwned: Bool

  /// Takes over an open descriptor.
  init(owning raw: Int32) {
    self.raw = raw
    isOwned = true
  }

  /// Uses a descriptor that belongs to the process as a whole, as standard input does.
  init(sharing raw: Int32) {
    self.raw = raw
    isOwned = false
  }

  deinit { if isOwned { close(raw) } }
}

/// Ends a blocked wait from any thread; the way in which a cancelled task reaches its lane.
final class Doorbell: Sendable {
  private let descriptor: Descriptor

  init() throws(LinkFailure) {
    let raw = chost_wake_open()
    guard raw >= 0 else { throw .system("no event descriptor: \(systemText(-raw))") }
    descriptor = Descriptor(owning: raw)
  }

  var raw: Int32 { descriptor.raw }

  func ring() { chost_wake_signal(raw) }

  func silence() { chost_wake_clear(raw) }
}
