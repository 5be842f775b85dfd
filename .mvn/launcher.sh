# Sourced by demos/run and benchmarks/run: finds a JDK, and sees to it that the module's jar is up to date.
#
# The caller sets root (the project's folder) and module. Nothing here changes the working folder or writes to
# standard output: both belong to the program that is started.

readonly least_java=25
readonly jar=$root/$module/target/spindle-$module.jar

# Exit statuses as in sysexits.h.
readonly unavailable=69 broken=70

say() { printf '%s/run: %s\n' "$module" "$*" >&2; }

# The feature release of the JDK in the folder $1, or 0. A JDK says it in a file, so that no JVM need be started.
java_release() {
    local line
    if [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]]; then
        while IFS= read -r line; do
            if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
                printf '%s' "${BASH_REMATCH[1]}"
                return
            fi
        done <"$1/release"
    fi
    printf 0
}

# Sets jdk: JAVA_HOME if that will do, else the one on the PATH, else the oldest that will do in the usual folders.
find_jdk() {
    local on_path home release oldest=0
    jdk=
    on_path=$(command -v java || true)
    on_path=$(readlink -f "$on_path" 2>/dev/null || printf %s "$on_path")
    for home in "${JAVA_HOME:-}" "${on_path%/bin/java}"; do
        if (($(java_release "$home") >= least_java)); then
            jdk=$home
            return
        fi
    done
    for home in /usr/lib/jvm/* /opt/java* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        release=$(java_release "$home")
        if ((release >= least_java && (oldest == 0 || release < oldest))); then
            jdk=$home oldest=$release
        fi
    done
    if [[ -z $jdk ]]; then
        say "needs a JDK $least_java or later and found none."
        say "looked at JAVA_HOME (${JAVA_HOME:-not set}), java on the PATH (${on_path:-none}), /usr/lib/jvm, /opt," \
            "~/.sdkman, ~/.jdks and /Library/Java/JavaVirtualMachines."
        say "install one, or set JAVA_HOME to its folder."
        exit $unavailable
    fi
}

# Whether the jar is missing, or older than a source that goes into it.
is_stale() {
    [[ ! -f $jar ]] && return
    local newer
    # Folders too: theirs is the only time that changes when a source is deleted.
    newer=$(find "$root/pom.xml" "$root"/{runtime,http-client,$module}/{pom.xml,src/main} -newer "$jar" -print -quit)
    [[ -n $newer ]]
}

# Builds the jar if it is stale; of several starters at once the first builds and the others wait for it.
bring_up_to_date() {
    is_stale || return 0
    exec 9<"$root/pom.xml"
    if command -v flock >/dev/null; then
        flock 9
    fi
    if is_stale; then
        build
    fi
    exec 9<&-
}

build() {
    if ! command -v mvn >/dev/null; then
        say "needs Maven to build $module and found no mvn on the PATH: install Maven 3.8.7 or later."
        exit $unavailable
    fi
    say "building $module with the JDK in $jdk …"
    local scratch
    scratch=$(mktemp -d)
    touch "$scratch/started"
    # Away with the old jar first: who runs it keeps it, and a build that breaks off must not leave half of one.
    rm -f "$jar"
    trap 'rm -rf "$jar" "$scratch"' EXIT
    # In the background, so that a signal ends the build with the launcher; and without the lock, which is ours.
    (cd "$root" && JAVA_HOME=$jdk exec mvn -B -ntp -Dmaven.test.skip=true -pl "$module" -am package) \
        </dev/null >"$scratch/log" 2>&1 9<&- &
    local maven=$!
    trap 'kill $maven 2>/dev/null; wait $maven; exit 143' TERM INT
    if ! wait $maven; then
        # Maven's errors and the compiler's warnings (which are errors too), less Maven's advice on reading them.
        sed -n -e '/^\[ERROR\]/p' -e '/^\[WARNING\] .*\.java/p' -e '/-> \[Help/q' "$scratch/log" >&2
        say "the build failed: mvn -pl $module -am package tells more."
        exit $broken
    fi
    trap - TERM INT
    # What was edited meanwhile is newer than the jar.
    touch -r "$scratch/started" "$jar"
    trap - EXIT
    rm -rf "$scratch"
}
