/// The rate error that a host's clock may have where nothing disciplines it.
enum HostClockRate {
  /// In parts per million: the usual bound of an uncompensated quartz over its temperature range.
  static let limit = 100.0
}
