package spindle.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.nio.channels.FileChannel;

/// Holds the layers of the client: the wire knows nobody, and the client knows sockets through the
/// runtime only. Of its rooms each knows only those before it:
///
/// ```
/// wire, coding, url   ->  body  ->  cookie, auth, proxy  ->  spindle.http  ->  policy
/// ```
class LayeringTest {
    private static final JavaClasses CLIENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("spindle.http");

    @Test
    void wireKnowsNothingOfSpindleButItself() {
        noClasses()
                .that()
                .resideInAPackage("spindle.http.wire..")
                .should()
                .dependOnClassesThat(resideInAPackage("spindle..")
                        .and(resideOutsideOfPackage("spindle.http.wire..")))
                .allowEmptyShould(true)
                .check(CLIENT);
    }

    @Test
    void theCodingsOfBodiesKnowNothingOfSpindleButThemselves() {
        knowsOnly("coding");
    }

    @Test
    void urlsKnowNothingOfTheClient() {
        knowsOnly("url");
    }

    @Test
    void bodiesKnowNothingOfTheClient() {
        knowsOnly("body");
    }

    @Test
    void cookiesKnowUrlsOnly() {
        knowsOnly("cookie", "url");
    }

    @Test
    void proxiesKnowUrlsCredentialsAndTheWireOnly() {
        knowsOnly("proxy", "url", "auth", "wire");
    }

    @Test
    void theClientKnowsNoPolicies() {
        noClasses()
                .that()
                .resideOutsideOfPackage("spindle.http.policy..")
                .should()
                .dependOnClassesThat(resideInAPackage("spindle.http.policy.."))
                .check(CLIENT);
    }

    /// Holds a room of the client to itself and others that are named.
    private static void knowsOnly(String room, String... others) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage("spindle.http." + room);
        for (String other : others) {
            allowed = allowed.or(resideInAPackage("spindle.http." + other));
        }
        noClasses()
                .that()
                .resideInAPackage("spindle.http." + room)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("spindle.http..").and(DescribedPredicate.not(allowed)))
                .check(CLIENT);
    }

    /// But those of files: a part of one is sent without being copied, so the body that opens it
    /// and whatever hands it on to the transport must know it.
    @Test
    void nothingKnowsChannels() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("java.nio.channels..").and(not(type(FileChannel.class))))
                .allowEmptyShould(true)
                .check(CLIENT);
    }

    @Test
    void noMethodIsSynchronized() {
        noMethods()
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .allowEmptyShould(true)
                .check(CLIENT);
    }
}
