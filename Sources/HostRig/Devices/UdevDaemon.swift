import Glibc

/// The daemon that gives devices their properties.
public enum UdevDaemon {
  /// Whether it runs, as systemd's own tools ask: by its control socket.
  public static var isRunning: Bool { access("/run/udev/control", F_OK) == 0 }
}
