package spindle.http.url;

import com.ibm.icu.text.IDNA;

import spindle.http.url.InvalidUrlException.Reason;

import java.util.EnumSet;
import java.util.Set;

/// Names as browsers read them (Unicode Technical Standard 46, nontransitional, with the settings
/// of the URL standard, section 3.3): by ICU4J, which may be absent.
final class IcuIdna implements Idna {

    /// What the URL standard lets pass: CheckHyphens and VerifyDnsLength are off.
    private static final Set<IDNA.Error> TOLERATED = EnumSet.of(
            IDNA.Error.EMPTY_LABEL,
            IDNA.Error.LABEL_TOO_LONG,
            IDNA.Error.DOMAIN_NAME_TOO_LONG,
            IDNA.Error.LEADING_HYPHEN,
            IDNA.Error.TRAILING_HYPHEN,
            IDNA.Error.HYPHEN_3_4);

    private final IDNA uts46 = IDNA.getUTS46Instance(
            IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);

    @Override
    public String toAscii(String name) throws Flaw {
        var ascii = new StringBuilder();
        var info = new IDNA.Info();
        uts46.nameToASCII(name, ascii, info);
        for (IDNA.Error error : info.getErrors()) {
            if (!TOLERATED.contains(error)) {
                throw new Flaw(
                        Reason.HOST, "the host is no internationalised name (" + error + ")", name);
            }
        }
        return ascii.toString();
    }
}
