/// The benchmarks: what the loop, its coroutines and its client cost, next to what else could do
/// the work.
@NullMarked
package spindle.benchmarks;

import org.jspecify.annotations.NullMarked;
