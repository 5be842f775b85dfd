package spindle.net;

import java.nio.ByteBuffer;

/// Sends data in pieces, and stops whenever it is asked to.
public final class Source extends RecordingProtocol {
    /// How much it writes at a time.
    public static final int PIECE = 16 * 1024;

    private final byte[] data;
    private int sent;
    private boolean paused;
    private long mostQueued;
    private long mostQueuedAtResume;

    public Source(byte[] data) {
        this.data = data;
    }

    public void pump() {
        while (!paused && sent < data.length) {
            int count = Math.min(PIECE, data.length - sent);
            transport().write(ByteBuffer.wrap(data, sent, count));
            sent += count;
            mostQueued = Math.max(mostQueued, transport().writeBufferSize());
        }
    }

    @Override
    public void pauseWriting() {
        paused = true;
        super.pauseWriting();
    }

    @Override
    public void resumeWriting() {
        paused = false;
        mostQueuedAtResume = Math.max(mostQueuedAtResume, transport().writeBufferSize());
        super.resumeWriting();
        pump();
    }

    public long mostQueued() {
        return mostQueued;
    }

    public long mostQueuedAtResume() {
        return mostQueuedAtResume;
    }
}
