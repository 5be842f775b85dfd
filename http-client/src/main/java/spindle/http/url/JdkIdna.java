package spindle.http.url;

import spindle.http.url.InvalidUrlException.Reason;

import java.net.IDN;
import java.util.Locale;

/// Names by what the JDK has: RFC 3490 of 2003 and Unicode 3.2.
///
/// What that reads otherwise than browsers do is refused, or the request would go to somebody
/// else's host: `faß.example` is `fass.example` for RFC 3490. So is whatever came into Unicode
/// later. A name that is in its ASCII form already is taken as it is.
final class JdkIdna implements Idna {

    /// ß, ς, and the two joiners: the deviations of UTS 46, section 4 table 1.
    private static final String READ_OTHERWISE = "\u00DF\u03C2\u200C\u200D";

    @Override
    public String toAscii(String name) throws Flaw {
        if (name.chars().anyMatch(c -> READ_OTHERWISE.indexOf(c) >= 0)) {
            throw notWithoutIcu(name);
        }
        try {
            return IDN.toASCII(name).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            throw notWithoutIcu(name);
        }
    }

    private static Flaw notWithoutIcu(String name) {
        return new Flaw(
                Reason.HOST,
                "the host is no internationalised name of RFC 3490 (put com.ibm.icu:icu4j on the "
                        + "class path for those of UTS 46)",
                name);
    }
}
