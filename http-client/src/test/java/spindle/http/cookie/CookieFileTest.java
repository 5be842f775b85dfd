package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.files.FileLimitException;
import spindle.http.url.Url;
import spindle.testing.LoopTest;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Jars in files.
@Timeout(20)
class CookieFileTest {
    private static final Url URL = Url.parse("https://www.example.com/app/page");

    private final ManualInstants clock = new ManualInstants();
    private final CookieJar jar = new CookieJar(clock);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("cookies.txt");
    }

    // --- There and back ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void whatIsSavedIsLoaded() throws Exception {
        fill(jar);
        CookieJar other = new CookieJar(clock);

        await(jar.saveAll(path));

        assertThat(await(other.load(path))).isEqualTo(7);
        assertThat(other.cookies()).isEqualTo(jar.cookies());
        assertThat(other.headerFor(URL)).isEqualTo(jar.headerFor(URL));
    }

    private void fill(CookieJar filled) {
        filled.store(
                URL,
                List.of(
                        "a=\"quoted, value\"; Domain=example.com; Path=/; Max-Age=60",
                        "b=\u00e9\u00ff; Secure; HttpOnly; SameSite=Lax",
                        "nameless",
                        "empty=; Path=/app",
                        "__Host-c=1; Secure; Path=/; SameSite=None; Max-Age=90"));
        clock.advance(Duration.ofSeconds(1));
        filled.store(Url.parse("http://[::1]/"), List.of("d=1; Max-Age=60"));
        filled.store(Url.parse("http://localhost/"), List.of("e=2"));
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void cookiesOfTheSessionAreSavedOnRequestOnly() throws Exception {
        fill(jar);
        CookieJar other = new CookieJar(clock);

        await(jar.save(path));

        assertThat(await(other.load(path))).isEqualTo(3);
        assertThat(other.cookies()).extracting(Cookie::name).containsExactly("a", "__Host-c", "d");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void bytesInTheFileAreThoseOfTheWire() throws Exception {
        jar.store(URL, List.of("a=caf\u00c3\u00a9"));

        await(jar.saveAll(path));

        assertThat(Files.readString(path, StandardCharsets.UTF_8)).endsWith("\ta\tcafé\n");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void theTimeOfCreationIsKept() throws Exception {
        jar.store(URL, List.of("old=1"));
        await(jar.saveAll(path));
        clock.advance(Duration.ofHours(1));
        CookieJar other = new CookieJar(clock);
        other.store(URL, List.of("young=1"));

        await(other.load(path));

        assertThat(other.headerFor(URL)).isEqualTo("old=1; young=1");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void loadingAddsAndReplaces() throws Exception {
        jar.store(URL, List.of("a=file"));
        await(jar.saveAll(path));
        CookieJar other = new CookieJar(clock);
        other.store(URL, List.of("a=jar", "b=jar"));

        await(other.load(path));

        assertThat(other.headerFor(URL)).isEqualTo("a=file; b=jar");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void whatHasEndedIsNeitherSavedNorLoaded() throws Exception {
        jar.store(URL, List.of("a=1; Max-Age=10", "b=1; Max-Age=20", "c=1; Max-Age=30"));
        clock.advance(Duration.ofSeconds(10));
        await(jar.save(path));
        clock.advance(Duration.ofSeconds(10));
        CookieJar other = new CookieJar(clock);

        assertThat(Files.readString(path)).doesNotContain("\ta\t").contains("\tb\t");
        assertThat(await(other.load(path))).isEqualTo(1);
        assertThat(other.headerFor(URL)).isEqualTo("c=1");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void whatTheJarWouldRefuseIsLeftOut() throws Exception {
        Files.writeString(
                path,
                ".co.uk\tTRUE\t/\tFALSE\t0\ta\tb\n"
                        + ".example.com\tTRUE\t/\tFALSE\t0\ta\t" + "b".repeat(5000) + "\n"
                        + ".example.com\tTRUE\t/\tFALSE\t0\tc\td\n");

        assertThat(await(jar.load(path))).isEqualTo(1);
        assertThat(jar.headerFor(URL)).isEqualTo("c=d");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void anEmptyJarMakesAFileWithoutCookies() throws Exception {
        await(jar.saveAll(path));

        assertThat(Files.readString(path)).startsWith("# Netscape HTTP Cookie File\n");
        assertThat(await(jar.load(path))).isZero();
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aFullJarFitsIntoItsFile() throws Exception {
        Url deep = Url.parse("https://www.example.com/" + "p".repeat(1020) + "/");
        CookieOptions options = CookieOptions.defaults().withMaxCookiesPerSite(600);
        CookieJar full = new CookieJar(clock, options);
        for (int i = 0; i < 600; i++) {
            full.store(deep, List.of("n" + i + "=" + "v".repeat(4000)));
        }
        await(full.saveAll(path));

        CookieJar other = new CookieJar(clock, options);
        assertThat(await(other.load(path))).isEqualTo(600);
    }

    // --- The file ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void onlyItsOwnerMayReadTheFile() throws Exception {
        assumePosix();
        jar.store(URL, List.of("a=1"));

        await(jar.saveAll(path));

        assertThat(permissions()).isEqualTo("rw-------");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aFileThatOthersMayReadIsTakenFromThem() throws Exception {
        assumePosix();
        Files.writeString(path, "# old\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-r--"));

        await(jar.saveAll(path));

        assertThat(permissions()).isEqualTo("rw-------");
    }

    private void assumePosix() {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "needs permissions");
    }

    private String permissions() throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void nothingIsLeftBesideTheFile() throws Exception {
        await(jar.saveAll(path));
        await(jar.saveAll(path));

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void theLastOfManySavesWins() throws Exception {
        List<Coroutine<?>> saves = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String field = "c=" + i;
            saves.add(() -> {
                jar.store(URL, List.of(field));
                return await(jar.saveAll(path));
            });
        }
        await(gather(saves));

        assertThat(Files.readString(path)).endsWith("\tc\t19\n");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void savingIntoNoFolderFails() {
        assertThatThrownBy(() -> await(jar.save(folder.resolve("none/cookies.txt"))))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("none");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void savingOverAFolderFails() throws Exception {
        Files.createDirectory(path);

        assertThatThrownBy(() -> await(jar.save(path)))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("it is a directory");
        assertThat(path).isDirectory();
    }

    // --- What cannot be loaded ---

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aFileThatIsNotThereFails() {
        assertThatThrownBy(() -> await(jar.load(path)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("cannot read it: there is no such file");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aBadLineLeavesTheJarAsItWas() throws Exception {
        jar.store(URL, List.of("mine=1"));
        Files.writeString(path, "example.com\tFALSE\t/\tFALSE\t0\ta\tb\nsecret\n");

        assertThatThrownBy(() -> await(jar.load(path)))
                .isInstanceOf(CookieFileException.class)
                .hasMessage(path + ": cannot read its cookies: line 2: expected 7 fields with tabs "
                        + "between them but found 1");
        assertThat(jar.cookies()).extracting(Cookie::name).containsExactly("mine");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aFileThatIsFarTooLargeIsNotRead() throws Exception {
        CookieJar small = new CookieJar(clock, CookieOptions.defaults().withMaxCookies(1));
        Files.writeString(path, "# comment\n".repeat(200_000));

        assertThatThrownBy(() -> await(small.load(path))).isInstanceOf(FileLimitException.class);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void aCancelledLoadLeavesTheJarAsItWas() throws Exception {
        fill(jar);
        await(jar.saveAll(path));
        CookieJar other = new CookieJar(clock);
        var loading = createEagerTask(other.load(path));

        loading.cancel();

        assertThatThrownBy(() -> await(loading)).isInstanceOf(CancelledError.class);
        assertThat(other.isEmpty()).isTrue();
        await(sleep(Duration.ofSeconds(1))); // The thread that reads comes to its end, too.
    }
}
