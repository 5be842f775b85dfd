/// Who is asking: credentials, challenges and the answers to them, as pure functions of text.
///
/// ```
///   Login ─────────> Credentials.basic(…) ──> Authorization: Basic …
///     │  ↑
///     │  └── Netrc   what a .netrc file says about a host
///     │
///     └────────────> DigestSession ─────────> DigestAnswer ──> Authorization: Digest …
///                      ↑                         ↑
///   WWW-Authenticate: AuthChallenge ─> DigestChallenge   Authentication-Info: its check
/// ```
///
/// Rules for whoever changes this package:
/// 1. No secret is in a message or in a `toString`, and no piece of one.
/// 2. What a server sends never makes anything here throw: it is understood, or it is no
///    challenge.
/// 3. Whatever a server says is bounded, and only what may stand in a field is echoed.
///
/// Reading order: [Login], [Credentials], [AuthChallenge], `ChallengeReader`,
/// [DigestAlgorithm], [DigestChallenge], [DigestSession], `ProtectionSpace`, [DigestAnswer],
/// [Netrc], `NetrcReader`.
package spindle.http.auth;
