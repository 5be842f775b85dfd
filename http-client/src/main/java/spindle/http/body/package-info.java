/// What a request sends: [RequestBody] and its kinds.
///
/// A body is a value that says what it is and how long, and writes itself to a [BodySink], as
/// often as its type allows. It knows nothing of connections, and a connection needs to know of
/// one kind only, bytes in memory ([BytesBody]), which it may send together with the head.
///
/// What is made of other bodies, or of a sequence that somebody else gives, is replayable or not as
/// they are. So what it does is one class, a `Content`, and whether it can be written again is
/// another: `ReplayableBody` or `OneShotBody`.
///
/// Reading order: [BodySink], [RequestBody], [BytesBody], [ContentTypes], `FieldGrammar`,
/// `StrictText`, `FormEncoding`, [JsonBody], `Content`, `ReplayableBody`, `OneShotBody`,
/// `CountedSink`, `StreamContent`, `InputPieces`, `FileBody`, `OpenedFile`, [MultipartBody],
/// [MultipartForm], [MultipartParts], `PartHead`, `Boundary`, `PartList`, `MultipartContent`,
/// `TypedContent`, `ProgressContent`, `TrailerContent`.
package spindle.http.body;
