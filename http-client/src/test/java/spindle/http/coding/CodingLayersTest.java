package spindle.http.coding;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;

/// Holds what the package says of itself: it knows nothing of Spindle, and few of its classes
/// know the libraries that may be absent.
class CodingLayersTest {

    /// Main classes only: what lies where the decoder does.
    private static final JavaClasses CODING = new ClassFileImporter()
            .importUrl(
                    ContentDecoder.class.getProtectionDomain().getCodeSource().getLocation())
            .that(resideInAPackage("spindle.http.coding.."));

    @Test
    void codingKnowsNothingOfSpindleButItself() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("spindle..")
                        .and(resideOutsideOfPackage("spindle.http.coding..")))
                .check(CODING);
    }

    @Test
    void onlyClassesNamedAfterALibraryKnowIt() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(Brotli|Zstd)\\w+(\\$.*)?")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("com.aayushatharva..", "com.github.luben.."))
                .check(CODING);
    }
}
