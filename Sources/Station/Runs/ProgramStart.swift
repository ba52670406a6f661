import HostRig

/// What the program does before anything else.
public enum ProgramStart {
  /// Keeps what is meant for a person out of records and off buses, whatever descriptors the
  /// program was given.
  public static func secure() { HostProcess.secure() }
}
