package spindle.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;

import java.nio.channels.FileChannel;

/// Holds the layers of the client: the wire knows nobody, and the client knows sockets through the
/// runtime only.
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
