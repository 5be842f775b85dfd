package spindle.net;

/// What has gone through one datagram socket so far.
///
/// @param bytesReceived bytes received, without headers
/// @param bytesSent bytes that the system has taken, without headers
/// @param received how many datagrams were received
/// @param sent how many datagrams the system has taken
public record DatagramCounters(long bytesReceived, long bytesSent, long received, long sent) {}
