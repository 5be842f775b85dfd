/// The network: transports, protocols, streams and servers on the event loop.
package spindle.net;
