package spindle.http.url;

import java.util.Random;

/// Makes URLs and references that are nearly right, the same ones for the same seed.
final class RandomUrls {

    private static final String[] URLS = {
        "http://host/",
        "http://host",
        "https://www.example.com/a/b/c?d=e&f=g#h",
        "http://me:pw@host.example:8080/a;b=c/d?e#f",
        "http://127.0.0.1:8090/",
        "http://192.168.0.255/x",
        "http://[2001:db8::1:0:0:1]:443/",
        "https://[::ffff:192.0.2.128]/p",
        "http://b\u00fccher.example/gr\u00fcn?\u4f60#\ud83d\ude00",
        "http://xn--bcher-kva.example/",
        "HTTPS://Host.Example.:443/%41%2e/..//%2E%2e/./x",
        "http:\\\\host\\a\\..\\b",
        "ftp://host/file",
        "mailto:me@example.org",
        "http:host",
        "http:///host/p",
        "http://fa\u00df.example/",
        "http://1.2.3.4.example/",
    };

    private static final String[] REFERENCES = {
        "", "?y", "#s", "g", "g?y#s", "./g", "../g", "../..", "../../../g", "/g", "//host/p", ";x",
        "g;x=1/../y", "/./g", "http:g", "https:g", "http:/g", "http:///g", "\\g", "\\\\host\\g", ".",
        "..", "g/.", "g/..", "%2e%2E/g", "a:b", "1:2", "g?/../x", "g#/../x", "//me:pw@host:81/",
        "javascript:alert(1)", "?", "#",
    };

    private static final String[] BREAKERS = {
        "/", "//", "\\", ".", "..", "%2e", "%2E.", "%", "%4", "%41", "%00", "%zz", "%C3%A4", "%ff",
        "?", "#", "@", ":", ":@", "a:b@", ":80", ":443", ":0", ":65535", ":65536", ":0080", ":x",
        "[", "]", "[::1]", "[::]", "::", "1:", "1.2.3.4", "[1::1.2.3.4]", "[::1%25eth0]", "0x7f",
        "127.1", "0177", ".1", "1", "256", "2130706433", "\uff11", "\u3002", "\u00ad", "\u00e4",
        "\u00df", "\u03c2", "\u200d", "\u4f60", "\ud83d\ude00", "\ud83d", "\ufeff", "xn--", "xn--a-ecp",
        "A", "Z.", "-", "_", "~", "!", "$", "&", "'", "(", "*", "+", ",", ";", "=", "\"", "<", ">",
        "`", "{", "}", "|", "^", " ", "\t", "\n", "\r", "\0", "\u0001", "\u001f", "\u007f", "\u0080",
        "http:", "https://", "ftp:", "file:///", "x+y-z.1:",
    };

    private final Random random;

    RandomUrls(long seed) {
        random = new Random(seed);
    }

    String url() {
        return mutated(pick(URLS), random.nextInt(4));
    }

    String reference() {
        return random.nextInt(8) == 0 ? url() : mutated(pick(REFERENCES), random.nextInt(4));
    }

    private String mutated(String origin, int mutations) {
        var text = new StringBuilder(origin);
        for (int i = 0; i < mutations; i++) {
            mutate(text);
        }
        return text.toString();
    }

    private void mutate(StringBuilder text) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + 1 + random.nextInt(3));
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> text.insert(from, pick(BREAKERS));
            case 3 -> text.replace(from, to, pick(BREAKERS));
            case 4 -> text.delete(from, to);
            default -> text.insert(from, text.substring(from, to));
        }
    }

    private String pick(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
