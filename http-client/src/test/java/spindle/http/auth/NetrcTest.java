package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Random;
import java.util.stream.Stream;

class NetrcTest {

    @ParameterizedTest
    @MethodSource
    void entriesAreRead(String text) throws NetrcException {
        Netrc netrc = Netrc.parse(text);

        assertThat(netrc.find("a.example")).isEqualTo(new Login("ann", "x"));
        assertThat(netrc.find("b.example")).isEqualTo(new Login("bob", "y"));
    }

    static Stream<String> entriesAreRead() {
        return Stream.of(
                """
                machine a.example
                    login ann
                    password x
                machine b.example
                    login bob
                    password y
                """,
                "machine a.example login ann password x machine b.example login bob password y",
                "machine\ta.example\r\nlogin\r\nann\r\npassword x\r\n\r\n"
                        + "machine b.example password y login bob",
                "\ufeffmachine a.example login ann password x\rmachine b.example login bob password"
                        + " y",
                """
                # machine a.example login nobody password z
                machine a.example login ann # the password is next
                  #password z
                password x
                #
                machine b.example login bob password y #""",
                """
                machine "a.example" login "ann" password "x"
                "machine" b.example login "bob"password "y"default login c password z
                """,
                """
                macdef first
                    machine a.example login nobody
                    put "

                machine a.example login ann account c password x
                macdef second
                machine b.example login nobody

                machine b.example login bob password y
                macdef last
                cd /""",
                """
                machine a.example login ann password x
                machine a.example login second password z
                default login nobody password z
                machine b.example login bob password y
                """);
    }

    @Test
    void hostsHaveNoCaseAndNoSuffixes() throws NetrcException {
        Netrc netrc = Netrc.parse("machine Host.Example login u password p");

        assertThat(netrc.find("hOST.example")).isEqualTo(new Login("u", "p"));
        assertThat(netrc.find("www.host.example")).isNull();
        assertThat(netrc.find("example")).isNull();
    }

    @Test
    void defaultIsForHostsThatAreNotThere() throws NetrcException {
        Netrc netrc = Netrc.parse("machine a login ann password x\ndefault login any password z");

        assertThat(netrc.find("b")).isEqualTo(new Login("any", "z"));
        assertThat(netrc.find("a")).isEqualTo(new Login("ann", "x"));
        assertThat(netrc.find("default")).isEqualTo(new Login("any", "z"));
    }

    @Test
    void whatAnEntryDoesNotSayIsEmpty() throws NetrcException {
        Netrc netrc = Netrc.parse("machine a login ann machine b password x machine c account d");

        assertThat(netrc.find("a")).isEqualTo(new Login("ann", ""));
        assertThat(netrc.find("b")).isEqualTo(new Login("", "x"));
        assertThat(netrc.find("c")).isEqualTo(new Login("", ""));
    }

    @Test
    void entryOfAUserIsFound() throws NetrcException {
        Netrc netrc = Netrc.parse("machine a login ann password x machine a login bob password y"
                + " machine b password z default login cid password w");

        assertThat(netrc.find("a", "bob")).isEqualTo(new Login("bob", "y"));
        assertThat(netrc.find("a", "Bob")).isNull();
        assertThat(netrc.find("b", "anybody")).isEqualTo(new Login("anybody", "z"));
        assertThat(netrc.find("a", "cid")).isEqualTo(new Login("cid", "w"));
        assertThat(netrc.find("a", null)).isEqualTo(new Login("ann", "x"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '`', textBlock = """
            "with blanks and # marks"     → with blanks and # marks
            "\\"quoted\\" and \\\\ and \\x" → "quoted" and \\ and x
            back\\slash                    → back\\slash
            mid"quote                     → mid"quote
            #hash                         → #hash
            password                      → password
            machine                       → machine
            ""                            → ``
            größe🌍                        → größe🌍
            """)
    void passwordsAreRead(String written, String expected) throws NetrcException {
        assertThat(Netrc.parse("machine a login u password " + written).find("a"))
                .isEqualTo(new Login("u", expected));
    }

    @Test
    void escapesMakeControlCharacters() throws NetrcException {
        assertThat(Netrc.parse("machine a password \"1\\n2\\r3\\t4\n5\"").find("a"))
                .isEqualTo(new Login("", "1\n2\r3\t4\n5"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            login a                           → 1 → expected machine or default before login
            \\n\\npassword a                  → 3 → expected machine or default before password
            account a                         → 1 → expected machine or default before account
            machine                           → 1 → expected a value after machine but found the end
            machine a\\nlogin\\n\\n           → 2 → expected a value after login but found the end
            machine a\\npassword              → 2 → expected a value after password but found the end
            macdef                            → 1 → expected a value after macdef but found the end
            machine a\\npassword "secret\\n\\n → 2 → expected a closing quotation mark but found the end
            """)
    void malformedFileSaysLineAndExpectation(String text, int line, String problem) {
        assertThatThrownBy(() -> Netrc.parse(text.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        NetrcException.class,
                        failure -> assertThat(failure.line()).isEqualTo(line))
                .hasMessage(problem + " (line " + line + " of the text)");
    }

    @Test
    void wordThatIsNoKeywordIsNotShown() {
        assertThatThrownBy(() -> Netrc.parse("machine a\nlogin u\npassword very secret\n"))
                .isInstanceOf(NetrcException.class)
                .hasMessage("expected one of the words machine, default, login, password, account "
                        + "and macdef but found another, perhaps since a password has a blank and "
                        + "no quotation marks (line 3 of the text)");
    }

    @Test
    void everyPieceOfAFileIsReadOrRefusedWithoutASecret() {
        String text = "# c\nmachine a login \"u\\n\" password S3CRET\nmacdef m\nx\n\ndefault login"
                + " \"S3CRET\"";
        for (int start = 0; start <= text.length(); start++) {
            for (int end = start; end <= text.length(); end++) {
                checkReadOrRefused(text.substring(start, end));
            }
        }
    }

    @Test
    void garbageIsReadOrRefusedWithoutASecret() {
        String[] pieces = {
            "machine ",
            "default ",
            "login ",
            "password ",
            "macdef ",
            "S3CRET",
            "\"",
            "\\",
            "\n",
            "#",
            "\n\n",
            "\r",
            "\t",
            "x ",
            "\0"
        };
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(15); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            checkReadOrRefused(text.toString());
        }
    }

    private static void checkReadOrRefused(String text) {
        try {
            assertThat(Netrc.parse(text).toString()).matches("<Netrc entries=\\d+>");
        } catch (NetrcException failure) {
            assertThat(failure).as(text).hasMessageNotContaining("S3CRET");
            assertThat(failure.line())
                    .as(text)
                    .isBetween(1, 1 + (int) text.lines().count());
        }
    }
}
