package spindle.http.url;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

import org.junit.jupiter.api.Test;

/// Holds what the package may know: text, and nobody who could make it wait.
class UrlLayeringTest {

    /// From where the package itself is, so without its tests.
    private static final JavaClasses CLIENT = new ClassFileImporter()
            .importUrl(Url.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void knowsNothingOfSpindleButItself() {
        noUrlClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("spindle..")
                        .and(not(resideInAPackage("spindle.http.url.."))))
                .check(CLIENT);
    }

    @Test
    void knowsNoNetworkAndNoThreads() {
        noUrlClasses()
                .and()
                .doNotHaveSimpleName("JdkIdna")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.net..", "java.nio.channels..", "java.util.concurrent.."))
                .check(CLIENT);
    }

    @Test
    void onlyOneClassKnowsIcu() {
        noUrlClasses()
                .and()
                .doNotHaveSimpleName("IcuIdna")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.ibm.icu..")
                .check(CLIENT);
    }

    private static GivenClassesConjunction noUrlClasses() {
        return noClasses().that().resideInAPackage("spindle.http.url..");
    }
}
