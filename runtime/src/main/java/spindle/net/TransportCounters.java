package spindle.net;

/// What has gone through one transport so far.
///
/// @param bytesReceived bytes read from the peer
/// @param bytesSent bytes that the system has taken; what is still queued is not among them
/// @param reads how many reads brought something
/// @param writes how many calls of the system it took to send
public record TransportCounters(long bytesReceived, long bytesSent, long reads, long writes) {}
