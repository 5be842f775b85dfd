/// Content codings as pure functions of bytes: what Content-Encoding names, undone and
/// applied.
///
/// ```
///   coded bytes ──> ContentDecoder ──> bytes
///                        │
///                        ├── Layer              counts, for DecodingLimits
///                        │     └── Decoding     one coding: gzip, deflate, br, zstd
///                        └── Coding             which of them are there
///                              └── NativeLibraries
///
///   bytes ──> ContentEncoder ──> coded bytes
///                        └── Encoding           one coding
/// ```
///
/// Rules for whoever changes this package:
/// 1. It imports nothing of the rest of Spindle, so a test needs only bytes.
/// 2. Whatever a peer can make large is counted against one of [DecodingLimits], and memory
///    does not depend on it.
/// 3. A body is complete only if its codings say so; bytes that they don't cover are refused.
/// 4. Time is linear in input and output, however they are cut into buffers.
/// 5. Brotli and zstd need libraries that may be absent: only the classes named after them
///    touch them, and nobody touches those before asking `NativeLibraries`.
///
/// Reading order: [DecodingLimits], [ContentException], `Decoding`, `Inflation`,
/// `DeflateDecoding`, `GzipHeader`, `GzipDecoding`, `BrotliDecoding`, `ZstdFrameHeader`,
/// `ZstdStream`, `ZstdDecoding`, `NativeLibraries`, `Coding`, `Layer`, [ContentDecoder], `Encoding`
/// and its
/// kinds, [ContentEncoder].
package spindle.http.coding;
