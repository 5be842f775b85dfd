package spindle;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Holds the order in which the runtime is read and built: who may know whom.
class LayeringTest {
    /// The core in reading order: a class knows only those before it. Nested classes belong to
    /// their outer class.
    private static final List<String> READING_ORDER = List.of(
            "CheckReturnValue",
            "Clock",
            "CodeSite",
            "Origin",
            "ExceptionHandler",
            "Context",
            "Handle",
            "ThreadsafeHandle",
            "Deadlines",
            "TimerHandle",
            "TimerQueue",
            "Poller",
            "SelectorPoller",
            "CancelledError",
            "InvalidStateException",
            "Outcome",
            "UnretrievedFailures",
            "Bridges",
            "Scheduler",
            "RunningLoops",
            "TaskLocal",
            "Awaitable",
            "Future",
            "Coroutine",
            "AsyncIterator",
            "AwaitedElements",
            "Inheritance",
            "BlockingPolicy",
            "Suspension",
            "LoopCarriedSuspension",
            "HandoffSuspension",
            "CoroutineEngine",
            "AwaitTrace",
            "Interruption",
            "Task",
            "LoopObserver",
            "DeadlockException",
            "Observers",
            "Tasks",
            "Arrivals",
            "LoopResources",
            "SeededOrder",
            "SlowCallbacks",
            "BlockingCalls",
            "LoopStatistics",
            "Turn",
            "LeakReport",
            "UnclosedLoops",
            "StopWhenDone",
            "EventLoop",
            "Alarm",
            "Sleep",
            "BlockingCall",
            "Timeout",
            "TaskGroupException",
            "TaskGroup",
            "GatheringFuture",
            "Waited",
            "WaitSet",
            "AsCompleted",
            "ParallelMap",
            "Shield",
            "SystemSignal",
            "InterruptSignal",
            "KeyboardInterrupt",
            "Runner",
            "Async");

    /// What polls, and the loop that hands channels to it. Whatever else needs a channel lives in
    /// `spindle.net`, or in `spindle.files`.
    private static final Set<String> CORE_CLASSES_THAT_KNOW_CHANNELS =
            Set.of("Poller", "SelectorPoller", "EventLoop");

    private static final String CORE = "spindle";

    private static final JavaClasses RUNTIME = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(CORE);

    @Test
    void coreKnowsNoPackageThatIsBuiltOnIt() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("spindle.*..")
                .allowEmptyShould(true)
                .check(RUNTIME);
    }

    @Test
    void everyCoreClassHasItsPlaceInTheReadingOrder() {
        Set<String> strangers = new TreeSet<>();
        for (JavaClass type : RUNTIME) {
            if (isCore(type) && !READING_ORDER.contains(fileOf(type))) {
                strangers.add(fileOf(type));
            }
        }

        assertThat(strangers)
                .as(
                        "core classes without a place: add each to READING_ORDER, after the last class that it uses")
                .isEmpty();
    }

    @Test
    void coreClassKnowsOnlyThoseBeforeIt() {
        Map<String, String> violations = new TreeMap<>();
        for (JavaClass type : RUNTIME) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (isCore(type) && isCore(target) && isForward(type, target)) {
                    violations.putIfAbsent(
                            fileOf(type) + " -> " + fileOf(target), dependency.getDescription());
                }
            }
        }

        assertThat(violations)
                .as(
                        "core classes that know one after them in READING_ORDER, each with one place where it does")
                .isEmpty();
    }

    /// Whoever reads the core follows these links.
    @Test
    void eachCoreClassNamesTheNextOneToRead() throws IOException {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> expected = new LinkedHashMap<>();
        for (int i = 1; i < READING_ORDER.size(); i++) { // The first is an annotation.
            String name = READING_ORDER.get(i);
            boolean last = i == READING_ORDER.size() - 1;
            expected.put(name, last ? "none" : READING_ORDER.get(i + 1));
            found.put(name, nextOf(name));
        }

        assertThat(found).containsExactlyEntriesOf(expected);
    }

    /// Whoever looks up where to begin finds the order there.
    @ParameterizedTest
    @CsvSource({
        "../README.md, '\\d+\\. .*|  +.*'",
        "DESIGN.md, '\\| \\d+ \\|.*'",
        "src/main/java/spindle/package-info.java, '/// (\\d+\\. |   ).*'"
    })
    void readingOrderIsToldAsItIs(Path document, String lineOfTheOrder) throws IOException {
        List<String> told = Files.readAllLines(document).stream()
                .filter(line -> line.matches(lineOfTheOrder))
                .flatMap(line -> Pattern.compile("`(\\w+)`").matcher(line).results())
                .map(name -> name.group(1))
                .filter(READING_ORDER::contains)
                .toList();

        assertThat(told).isEqualTo(READING_ORDER.subList(1, READING_ORDER.size()));
    }

    /// Returns the class that the doc of another links to as the next.
    private static String nextOf(String name) throws IOException {
        String source = Files.readString(Path.of("src/main/java/spindle", name + ".java"));
        Matcher link = Pattern.compile("(?m)^/// Next: \\[(\\w+)]\\.$").matcher(source);
        return link.find() ? link.group(1) : "none";
    }

    @Test
    void onlyThePollerItsLoopTheTransportsAndTheFilesKnowChannels() {
        DescribedPredicate<JavaClass> pollingClass = DescribedPredicate.describe(
                "a core class that polls",
                type -> isCore(type) && CORE_CLASSES_THAT_KNOW_CHANNELS.contains(fileOf(type)));

        noClasses()
                .that(resideOutsideOfPackages("spindle.net", "spindle.files")
                        .and(DescribedPredicate.not(pollingClass)))
                .should()
                .dependOnClassesThat(resideInAPackage("java.nio.channels.."))
                .allowEmptyShould(true)
                .check(RUNTIME);
    }

    @Test
    void synchronizersAndNetworkDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("spindle.sync..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("spindle.net..")
                .allowEmptyShould(true)
                .check(RUNTIME);
        noClasses()
                .that()
                .resideInAPackage("spindle.net..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("spindle.sync..")
                .allowEmptyShould(true)
                .check(RUNTIME);
    }

    @Test
    void filesKnowTheCoreAlone() {
        noClasses()
                .that()
                .resideInAPackage("spindle.files")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "spindle.net..", "spindle.process..", "spindle.sync..", "spindle.testing..")
                .check(RUNTIME);
    }

    @Test
    void nothingIsSynchronized() throws IOException {
        List<String> monitors = new ArrayList<>();
        for (JavaClass type : RUNTIME) {
            for (MethodModel method : methodsOf(type)) {
                if (entersMonitor(method)) {
                    monitors.add(type.getName() + "." + method.methodName().stringValue());
                }
            }
        }

        assertThat(monitors)
                .as(
                        "methods that are synchronized or hold a synchronized block: a loop has one thread,"
                                + " and what others may call is handed over without a lock")
                .isEmpty();
    }

    private static boolean isCore(JavaClass type) {
        return type.getPackageName().equals(CORE) && !type.getSimpleName().equals("package-info");
    }

    /// The name of the outermost class, which names the source file too.
    private static String fileOf(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /// A class without a place is another test's finding.
    private static boolean isForward(JavaClass type, JavaClass target) {
        int place = READING_ORDER.indexOf(fileOf(type));
        return place >= 0 && READING_ORDER.indexOf(fileOf(target)) > place;
    }

    private static List<MethodModel> methodsOf(JavaClass type) throws IOException {
        try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return ClassFile.of().parse(file.readAllBytes()).methods();
        }
    }

    private static boolean entersMonitor(MethodModel method) {
        return method.flags().has(AccessFlag.SYNCHRONIZED)
                || method.code()
                        .map(code ->
                                code.elementStream().anyMatch(MonitorInstruction.class::isInstance))
                        .orElse(false);
    }
}
