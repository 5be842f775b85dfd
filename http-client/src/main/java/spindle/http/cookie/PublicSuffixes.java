package spindle.http.cookie;

import com.google.common.net.InternetDomainName;

import org.jspecify.annotations.Nullable;

/// Domains below which anybody may have one, such as `com`, `co.uk` and `github.io`: a cookie for
/// all of them would be one for strangers. They are those of the Public Suffix List, as Guava
/// brings it.
final class PublicSuffixes {
    private PublicSuffixes() {}

    /// Returns whether anybody may have a domain below this one. The list's own rule for what is
    /// not in it holds too: a domain without a dot is one.
    static boolean isSuffix(String domain) {
        int dot = domain.indexOf('.');
        if (dot < 0 || dot == domain.length() - 1) {
            return !CookieDomain.isIpAddress(domain);
        }
        return InternetDomainName.isValid(domain)
                && InternetDomainName.from(domain).isPublicSuffix();
    }

    /// Returns what one party has of a domain: its public suffix and one label more. An address
    /// and a public suffix are sites of their own.
    static String siteOf(String domain) {
        if (CookieDomain.isIpAddress(domain)) {
            return domain;
        }
        // Names that the list cannot read, such as those with underscores, are below one that it
        // can.
        String known = domain;
        while (!InternetDomainName.isValid(known)) {
            String parent = CookieDomain.parentOf(known);
            if (parent == null) {
                return known;
            }
            known = parent;
        }
        InternetDomainName name = InternetDomainName.from(known);
        if (name.isUnderPublicSuffix()) {
            return name.topPrivateDomain().toString();
        }
        return name.isPublicSuffix() ? known : lastTwoLabels(known);
    }

    private static String lastTwoLabels(String domain) {
        String site = domain;
        for (@Nullable String parent = CookieDomain.parentOf(site);
                parent != null && CookieDomain.parentOf(parent) != null;
                parent = CookieDomain.parentOf(site)) {
            site = parent;
        }
        return site;
    }
}
