/// Which proxy a request goes through, as a pure function of its URL.
///
/// ```
///   environment ──> ProxySettings ──┐         ┌── Url, without credentials
///                     └ NoProxyList ├─> Proxy ┼── Credentials
///   a lambda ─────> ProxyChooser ───┘         └── fields for the proxy alone
/// ```
///
/// What a proxy is told, its credentials and fields, goes to the proxy and to nobody else, and
/// into no message.
///
/// Reading order: [Proxy], [ProxyChooser], [ProxySettings], `NoProxyList`, `AddressBlock`.
package spindle.http.proxy;
