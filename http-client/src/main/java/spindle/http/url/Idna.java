package spindle.http.url;

/// Makes the ASCII form of a name beyond ASCII, the one that DNS knows: `xn--bcher-kva` of
/// `bücher`.
interface Idna {

    /// Returns the name as DNS knows it. The result may still hold characters that no host has.
    String toAscii(String name) throws Flaw;

    /// Returns the better of the two that there are.
    ///
    /// [IcuIdna] does what browsers do, with the Unicode of today, but ICU4J need not be there.
    static Idna available() {
        return Available.IDNA;
    }

    /// Looks for ICU4J when the first name asks for it: most programs never meet one.
    final class Available {
        private static final Idna IDNA = isIcuPresent() ? new IcuIdna() : new JdkIdna();

        private Available() {}

        /// What if we just named its class? Where ICU4J is absent, linking [IcuIdna] fails.
        private static boolean isIcuPresent() {
            try {
                Class.forName("com.ibm.icu.text.IDNA", false, Idna.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException _) {
                return false;
            }
        }
    }
}
