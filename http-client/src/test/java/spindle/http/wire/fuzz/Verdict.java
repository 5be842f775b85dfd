package spindle.http.wire.fuzz;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.BodyFraming;
import spindle.http.wire.ResponseKind;
import spindle.http.wire.ResponseParser;
import spindle.http.wire.WireEvent;
import spindle.http.wire.WireException;

import java.nio.ByteBuffer;

/// What the parser thinks of bytes that come at once and are followed by a close.
///
/// @param failure why they were refused, or null
/// @param end how many of them belong to the response; meaningless if they were refused
/// @param untilClose whether only the close ended the body
record Verdict(WireException.@Nullable Kind failure, int end, boolean untilClose) {

    static Verdict of(ResponseKind kind, byte[] bytes) {
        var parser = new ResponseParser();
        parser.begin(kind);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        boolean untilClose = false;
        try {
            while (true) {
                switch (parser.next(input)) {
                    case WireEvent.NeedMore() -> {
                        parser.endOfInput();
                        return new Verdict(null, input.position(), untilClose);
                    }
                    case WireEvent.Head(var head) ->
                        untilClose = head.framing() instanceof BodyFraming.UntilClose;
                    case WireEvent.Interim _, WireEvent.Data _ -> {}
                    case WireEvent.End _ -> {
                        return new Verdict(null, input.position(), untilClose);
                    }
                }
            }
        } catch (WireException refused) {
            return new Verdict(refused.kind(), input.position(), untilClose);
        }
    }
}
