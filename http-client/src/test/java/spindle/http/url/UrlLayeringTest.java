package spindle.http.url;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;

/// Holds what the package may know: text, and nobody who could make it wait.
class UrlLayeringTest {

    /// From where the package itself is, so without its tests.
    private static final JavaClasses URLS = new ClassFileImporter()
            .importUrl(Url.class.getResource("."));

    @Test
    void knowsNothingOfSpindleButItself() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        resideInAPackage("spindle..").and(not(resideInAPackage("spindle.http.url.."))))
                .check(URLS);
    }

    @Test
    void knowsNoNetworkAndNoThreads() {
        classes()
                .that()
                .doNotHaveSimpleName("JdkIdna")
                .should()
                .onlyDependOnClassesThat(not(
                        resideInAnyPackage("java.net..", "java.nio.channels..", "java.util.concurrent..")))
                .check(URLS);
    }

    @Test
    void onlyOneClassKnowsIcu() {
        noClasses()
                .that()
                .doNotHaveSimpleName("IcuIdna")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.ibm.icu..")
                .check(URLS);
    }
}
