package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.nio.ByteBuffer;
import java.util.Optional;

/// What a peer sends, to be read as one likes: some of it, so many bytes, a line.
///
/// ```java
/// byte[] head = await(reader.readUntil("\r\n\r\n".getBytes(US_ASCII)));
/// byte[] body = await(reader.readExactly(lengthIn(head)));
///
/// for (String line : awaitEach(reader.lines())) {
///     …
/// }
/// ```
///
/// Reads ahead up to about twice the limit of its [StreamOptions], and has the peer wait
/// then. One task at a time may read. A read that is cancelled has taken nothing.
///
/// If the connection breaks, what has come before can still be read; then every read fails
/// with what broke it.
public final class StreamReader {
    private static final byte[][] LINE_END = {{'\n'}};

    // fixed at construction
    private final EventLoop loop;
    private final StreamOptions options;
    private final Source source;
    private final ReadAhead ahead;

    // changes while running
    private boolean sourcePaused;
    private boolean ended;
    private @Nullable Exception failure;
    private @Nullable Future<@Nullable Void> waiter;

    /// Where the bytes come from, as far as it can be told to wait.
    public interface Source {
        /// Do not feed any more, for now.
        void pauseReading();

        /// Go on.
        void resumeReading();
    }

    /// Creates a reader for whoever feeds it: [#feed], [#feedEnd], [#feedFailure]. Those of a
    /// connection come from [Streams].
    ///
    /// @throws IllegalStateException outside a running loop
    public StreamReader(StreamOptions options, Source source) {
        this.loop = EventLoop.current();
        this.options = options;
        this.source = source;
        this.ahead = new ReadAhead(loop.resource(SpareArrays.class, _ -> new SpareArrays()));
    }

    // --- Reading ---

    /// Returns a coroutine that reads what is there, waiting for the first byte if need be; its
    /// result is empty at the end of the stream. Suspends the calling task.
    ///
    /// @param most how many bytes to take at the most; 0 takes none and does not wait
    @CheckReturnValue
    public Coroutine<byte[]> read(int most) {
        checkNotNegative(most);
        return () -> {
            if (most > 0) {
                awaitSome();
            }
            return take(Math.min(most, ahead.size()));
        };
    }

    /// Returns a coroutine that reads into a buffer as [#read(int)] does to a new array; its result
    /// is how many bytes that were, -1 at the end of the stream.
    @CheckReturnValue
    public Coroutine<Integer> read(ByteBuffer target) {
        return () -> {
            if (!target.hasRemaining()) {
                return 0;
            }
            awaitSome();
            if (ahead.isEmpty()) {
                return -1;
            }
            int count = ahead.moveTo(target);
            resumeIfLow();
            return count;
        };
    }

    /// Returns a coroutine that reads everything up to the end of the stream.
    ///
    /// It fails with a [LimitOverrunException] if that is more than `limit` bytes.
    @CheckReturnValue
    public Coroutine<byte[]> readAll(int limit) {
        checkNotNegative(limit);
        return () -> {
            do {
                if (ahead.size() > limit) {
                    throw new LimitOverrunException("the end of the stream", limit, ahead.size());
                }
            } while (awaitMore());
            return take(ahead.size());
        };
    }

    /// Returns a coroutine that reads so many bytes, no fewer.
    ///
    /// It fails with an [IncompleteReadException] if the stream ends before.
    @CheckReturnValue
    public Coroutine<byte[]> readExactly(int count) {
        checkNotNegative(count);
        return () -> {
            while (ahead.size() < count) {
                if (!awaitMore()) {
                    throw new IncompleteReadException(count + " bytes", take(ahead.size()));
                }
            }
            return take(count);
        };
    }

    /// Returns a coroutine that reads up to a separator, which is part of the result: whichever
    /// ends first of those that are given.
    ///
    /// It fails with an [IncompleteReadException] if the stream ends before, and with a
    /// [LimitOverrunException] if there is no separator within the limit.
    @CheckReturnValue
    public Coroutine<byte[]> readUntil(byte[]... separators) {
        return readUntil(options.limit(), separators);
    }

    /// Reads up to a separator as [#readUntil(byte\[\]...)], with a limit of its own.
    ///
    /// @param limit how many bytes to read at the most, separator and all
    @CheckReturnValue
    public Coroutine<byte[]> readUntil(int limit, byte[]... separators) {
        byte[][] wanted = checkSeparators(separators);
        return () -> {
            int length = awaitSeparator("a separator", limit, wanted);
            if (length < 0) {
                throw new IncompleteReadException(
                        "something that ends with a separator", take(ahead.size()));
            }
            return take(length);
        };
    }

    /// Returns a coroutine that reads a line; its result does not have the line end, a line feed
    /// with or without a carriage return before it, and is empty at the end of the stream. A last
    /// line need not have a line end.
    ///
    /// It fails with a [LimitOverrunException] if the line is longer than the limit.
    @CheckReturnValue
    public Coroutine<Optional<String>> readLine() {
        return readLine(options.limit());
    }

    /// Reads a line as [#readLine()], with a limit of its own.
    @CheckReturnValue
    public Coroutine<Optional<String>> readLine(int limit) {
        return () -> {
            int length = awaitSeparator("the end of a line", limit, LINE_END);
            if (length < 0 && ahead.isEmpty()) {
                return Optional.empty();
            }
            byte[] line = take(length < 0 ? ahead.size() : length);
            return Optional.of(new String(line, 0, lengthWithoutEnd(line), options.charset()));
        };
    }

    private static int lengthWithoutEnd(byte[] line) {
        int length = line.length;
        if (length > 0 && line[length - 1] == '\n') {
            length--;
            if (length > 0 && line[length - 1] == '\r') {
                length--;
            }
        }
        return length;
    }

    /// Returns the lines of the stream, as [#readLine()] reads them.
    public AsyncIterator<String> lines() {
        return this::readLine;
    }

    /// Returns the bytes of the stream in pieces as they come, none of them empty.
    ///
    /// @param most how many bytes a piece has at the most
    public AsyncIterator<byte[]> chunks(int most) {
        checkNotNegative(most - 1);
        Coroutine<byte[]> chunk = read(most);
        return () -> () -> {
            byte[] bytes = Async.await(chunk);
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        };
    }

    /// Returns whether the stream has ended and all of it was read.
    public boolean isAtEnd() {
        return ended && ahead.isEmpty();
    }

    /// Returns how many bytes have arrived and were not read.
    public int available() {
        return ahead.size();
    }

    // --- Waiting ---

    /// Waits until there is a separator; returns what there is up to its end, or -1 if the stream
    /// ends before.
    private int awaitSeparator(String wanted, int limit, byte[][] separators) throws Exception {
        int searched = 0;
        while (true) {
            int length = ahead.indexAfter(separators, searched);
            if (length > limit || (length < 0 && ahead.size() >= limit)) {
                throw new LimitOverrunException(wanted, limit, ahead.size());
            }
            if (length >= 0) {
                return length;
            }
            searched = ahead.size();
            if (!awaitMore()) {
                return -1;
            }
        }
    }

    private void awaitSome() throws Exception {
        while (ahead.isEmpty() && awaitMore()) {
            // Look again.
        }
    }

    /// Waits until something happens, which need not be that more has come; returns false, at
    /// once, if the stream has ended.
    private boolean awaitMore() throws Exception {
        if (waiter != null) {
            throw new IllegalStateException(
                    "another task is reading from this stream already: " + "one at a time may");
        }
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return false;
        }
        if (sourcePaused) {
            resumeSource(); // Or else nothing more would ever come.
        }
        Future<@Nullable Void> more = loop.createFuture(this);
        waiter = more;
        try {
            Async.await(more);
        } finally {
            waiter = null;
        }
        return true;
    }

    private byte[] take(int count) {
        byte[] taken = ahead.take(count);
        resumeIfLow();
        return taken;
    }

    private void resumeIfLow() {
        if (sourcePaused && ahead.size() <= options.limit()) {
            resumeSource();
        }
    }

    private void resumeSource() {
        sourcePaused = false;
        source.resumeReading();
    }

    // --- Feeding ---

    /// Adds a copy of what has arrived.
    public void feed(ByteBuffer data) {
        ahead.add(data);
        wake();
        if (!sourcePaused && !ended && ahead.size() > 2L * options.limit()) {
            sourcePaused = true;
            source.pauseReading();
        }
    }

    /// Says that nothing more will come.
    public void feedEnd() {
        ended = true;
        wake();
    }

    /// Says what broke the stream: once what has come before was read, every read fails with it.
    public void feedFailure(Exception cause) {
        ended = true;
        failure = cause;
        wake();
    }

    private void wake() {
        if (waiter != null && !waiter.isDone()) {
            waiter.setResult(null);
        }
    }

    private static void checkNotNegative(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("expected a number of bytes but got " + count);
        }
    }

    private static byte[][] checkSeparators(byte[][] separators) {
        byte[][] copies = new byte[separators.length][];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = separators[i].clone();
        }
        for (byte[] separator : copies) {
            if (separator.length == 0) {
                throw new IllegalArgumentException("expected separators but one of them is empty");
            }
        }
        if (copies.length == 0) {
            throw new IllegalArgumentException("expected separators but got none");
        }
        return copies;
    }

    /// Returns a form such as `<StreamReader available=12>`.
    @Override
    public String toString() {
        return "<StreamReader available=" + ahead.size() + (ended ? " ended" : "")
                + (failure == null ? "" : " failure=" + failure) + ">";
    }
}
