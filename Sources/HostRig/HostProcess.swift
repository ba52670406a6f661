import CHost

/// This process as a program that drives hardware.
public enum HostProcess {
  /// Makes standard input, output and error safe to use, and failed writes errors. To be called
  /// before anything is opened.
  public static func secure() { chost_process_secure() }
}
