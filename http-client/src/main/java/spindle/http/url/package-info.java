/// URLs as browsers read them, as far as HTTP uses them: a pure function of text.
///
/// A [Url] is absolute, http or https, and in normal form. It is parsed by the URL standard
/// (url.spec.whatwg.org), since links and redirects are written for browsers, and refused where
/// that standard is so lenient that a server could be talked into asking somebody else than it
/// thinks: [Url] lists where.
///
/// ```
///   text ──> NormalForm   is it in normal form already? one scan, nothing is copied
///              │ no
///              v
///            UrlParser ──> HostName ──> Idna, Ipv4Address, Ipv6Address
///              │   └─────> PercentEncoding, EncodeSet
///              v
///             Url = text in normal form + Layout (where its parts begin)
/// ```
///
/// Rules for whoever changes this package:
/// 1. It imports nothing of Spindle, and nothing here waits: no name is looked up.
/// 2. Parsing the text of a URL gives the same URL. [Url] changes a part by writing the new text
///    and parsing it, so that no URL exists that the parser would not have made.
/// 3. What `NormalForm` lets through is what `UrlParser` would have left as it was.
/// 4. A message never holds credentials, not even those in a text that is no URL.
/// 5. Time and memory are linear in the length of the text, which has a limit.
///
/// Reading order: [Url], [InvalidUrlException], `Layout`, `Flaw`, `EncodeSet`,
/// `PercentEncoding`, `UrlParser`, `HostName`, `Ipv4Address`, `Ipv6Address`, `Idna`, `IcuIdna`,
/// `JdkIdna`, `NormalForm`, `FormParameters`.
package spindle.http.url;
