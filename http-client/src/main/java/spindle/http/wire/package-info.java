/// HTTP/1.1 as a pure function of bytes: no sockets, no loop, no clock.
///
/// A connection gives every buffer that it reads to [ResponseParser#next] and gets events
/// back; to ask for something it sends the bytes that [RequestWriter] makes of a
/// [RequestHead], with a body framed by [RequestFraming] and, where that says so, [ChunkWriter].
/// Nothing here waits, and nothing here keeps a buffer that it was given.
///
/// ```
///   bytes ──> ResponseParser ──> WireEvent: NeedMore | Interim | Head | Data | End
///                  │
///                  ├── HeadReader     status line, interim (1xx) responses
///                  │      └── SectionReader   lines, field lines; also reads the trailers
///                  ├── FramingRules   how the body ends, whether the connection lives on
///                  └── ChunkReader    what stands between the chunks
/// ```
///
/// Rules for whoever changes this package:
/// 1. It imports nothing of the runtime, so a test needs only bytes.
/// 2. The outcome, the text of an error included, depends on the bytes and never on how they
///    were cut into buffers. A reader may judge a byte only by the bytes before it.
/// 3. What two implementations could read differently is refused (RFC 9112), because a proxy
///    in between may be the other one. The reading of a length is never lenient.
/// 4. Whatever a peer can send without end is counted against one of [WireLimits].
/// 5. Messages quote the peer's framing, never the value of a field: it may be a cookie or a
///    token.
///
/// Reading order: [WireEvent], [ResponseKind], [ResponseHead], [BodyFraming], [FieldLines],
/// [WireLimits], [WireException], `Grammar`, `SectionReader`, `HeadReader`, `FramingRules`,
/// `ChunkReader`, [ResponseParser], [RequestHead], [RequestWriter], [RequestFraming],
/// [ChunkWriter], [KeepAliveField].
package spindle.http.wire;
