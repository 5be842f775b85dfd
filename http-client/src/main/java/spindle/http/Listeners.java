package spindle.http;

import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.util.List;
import java.util.function.Supplier;

/// Tells a session's listeners. Events are made only if there is one.
final class Listeners {
    private final EventLoop loop;
    private final List<ClientListener> all;

    Listeners(EventLoop loop, List<ClientListener> all) {
        this.loop = loop;
        this.all = all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void tell(Supplier<ClientEvent> event) {
        if (!all.isEmpty()) {
            tellAll(event.get());
        }
    }

    private void tellAll(ClientEvent event) {
        for (ClientListener listener : all) {
            try {
                listener.happened(event);
            } catch (VirtualMachineError fatal) {
                throw fatal;
            } catch (Throwable failure) {
                loop.callExceptionHandler(new ExceptionHandler.Context(
                        "a listener of the client failed", failure, listener));
            }
        }
    }
}
