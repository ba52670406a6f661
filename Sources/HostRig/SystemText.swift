import Glibc

/// What the system says about an error number.
func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// The text before the NUL in a buffer that C has filled.
func bufferText(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
