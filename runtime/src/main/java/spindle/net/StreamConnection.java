package spindle.net;

/// A connection to read from and to write to.
///
/// ```java
/// try (var connection = await(Streams.openConnection(address))) {
///     await(connection.writer().write("hello\n"));
///     System.out.println(await(connection.reader().readLine()));
/// }
/// ```
///
/// @param reader what the peer sends
/// @param writer what the peer is sent
public record StreamConnection(StreamReader reader, StreamWriter writer) implements AutoCloseable {
    /// Closes the connection once everything that was written is sent, without waiting for that:
    /// see [StreamWriter#waitClosed()].
    @Override
    public void close() {
        writer.close();
    }
}
