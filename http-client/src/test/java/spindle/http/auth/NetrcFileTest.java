package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import spindle.files.FileLimitException;
import spindle.testing.LoopTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// `.netrc` files where they are.
class NetrcFileTest {
    private static final String TEXT = "machine host login u password p";

    @TempDir
    private Path home;

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void fileIsRead() throws Exception {
        assertThat(await(Netrc.load(write("any", TEXT))).find("host"))
                .isEqualTo(new Login("u", "p"));
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void malformedFileIsNamed() throws Exception {
        Path path = write("any", "machine host\nsecret");

        assertThatThrownBy(() -> await(Netrc.load(path)))
                .isInstanceOf(NetrcException.class)
                .hasMessageEndingWith("(line 2 of " + path + ")")
                .hasMessageNotContaining("secret");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void fileWithoutAnEndIsGivenUp() throws Exception {
        Path path = write("any", "#".repeat(1024 * 1024 + 1));

        assertThatThrownBy(() -> await(Netrc.load(path))).isInstanceOf(FileLimitException.class);
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void fileThatOthersMayReadIsReadToo() throws Exception {
        Path path = write("any", TEXT);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(await(Netrc.load(path)).find("host")).isNotNull();
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void environmentNamesTheFileOrTheHome() throws Exception {
        write(".netrc", TEXT);
        Path other = write("other", "machine host login v password q");
        var environment = Map.of("HOME", home.toString());
        var naming = Map.of("HOME", home.toString(), "NETRC", other.toString());

        assertThat(await(Netrc.fromEnvironment(environment)).find("host"))
                .isEqualTo(new Login("u", "p"));
        assertThat(await(Netrc.fromEnvironment(naming)).find("host"))
                .isEqualTo(new Login("v", "q"));
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void missingFileAtHomeIsAnEmptyOne() throws Exception {
        assertThat(await(Netrc.fromEnvironment(Map.of("HOME", home.toString()))))
                .hasToString("<Netrc entries=0>");
        assertThat(await(Netrc.fromEnvironment(Map.of()))).hasToString("<Netrc entries=0>");
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void missingFileThatTheEnvironmentNamesIsAFailure() throws Exception {
        write(".netrc", TEXT);
        var environment =
                Map.of("HOME", home.toString(), "NETRC", home.resolve("gone").toString());

        assertThatThrownBy(() -> await(Netrc.fromEnvironment(environment)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void emptyVariablesAreAsGoodAsNone() {
        assertThat(Netrc.path(Map.of("NETRC", "", "HOME", "/home/u")))
                .isEqualTo(Path.of("/home/u/.netrc"));
        assertThat(Netrc.path(Map.of("HOME", "", "USERPROFILE", "/users/u")))
                .isEqualTo(Path.of("/users/u/.netrc"));
        assertThat(Netrc.path(Map.of("HOME", ""))).isNull();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text);
    }
}
