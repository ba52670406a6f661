import Glibc

/// Whether this user may use a device file.
enum DeviceAccess {
  /// What to do where the user may not; nil where he may, or where the file is not there.
  static func refusal(of path: String) -> String? {
    guard access(path, R_OK | W_OK) != 0, errno == EACCES || errno == EPERM else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else { return "permission denied" }
    let user = name(of: getpwuid(geteuid()).map(\.pointee.pw_name)) ?? "\(geteuid())"
    guard let group = name(of: getgrgid(status.st_gid).map(\.pointee.gr_name)),
      status.st_mode & S_IWGRP != 0, status.st_gid != 0
    else {
      return "permission denied: only root may use it; "
        + "install Packaging/udev/60-meterbench.rules, which gives it to a group"
    }
    return
      "permission denied: it belongs to the group '\(group)', and the user '\(user)' is not in "
      + "it; sudo usermod -aG \(group) \(user), then log in again"
  }

  private static func name(of pointer: UnsafeMutablePointer<CChar>??) -> String? {
    (pointer ?? nil).map { String(cString: $0) }
  }
}
