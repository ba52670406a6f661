import Glibc

/// What the system says about an error number.
func systemText(_ code: Int32) -> String { String(cString: strerror(code)) }

/// The text before the NUL in a buffer that C has filled.
func bufferText(_ buffer: [CChar]) -> String { buffer.withUnsafeBytes(bufferText) }

/// The text before the NUL in bytes that C has filled.
func bufferText(_ bytes: UnsafeRawBufferPointer) -> String {
  String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// The text before the NUL in a C array of characters, which Swift sees as a tuple.
func arrayText(_ characters: some Any) -> String { withUnsafeBytes(of: characters, bufferText) }
