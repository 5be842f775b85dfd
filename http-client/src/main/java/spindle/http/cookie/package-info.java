/// Cookies: what servers set with `Set-Cookie`, and what goes back to them in `Cookie`.
///
/// [CookieJar] is where a program begins. It takes cookies as RFC 6265 says and, where that is
/// stricter, as its revision RFC 6265bis does: what browsers do.
///
/// ```
///   Set-Cookie ──> SetCookie ──> StorageRules ──> StoredCookies ──> Cookie
///                      │              ├── CookieDomain, PublicSuffixes
///                  CookieDate         ├── CookiePath
///                                     └── CookieSyntax
/// ```
///
/// Nothing here waits or knows a clock but the one that it was given; only a jar's `save` and
/// `load` need a loop. No message and no `toString` shows the value of a cookie: it may be what
/// somebody is logged in by.
///
/// Reading order: [Cookie], `CookieSyntax`, `CookieDomain`, `PublicSuffixes`, `CookiePath`,
/// `CookieDate`, `SetCookie`, `StorageRules`, [CookieOptions], `StoredCookie`, `StoredCookies`,
/// [CookieJar], `CookiesTxt`, `CookieFile`.
package spindle.http.cookie;
