/// The demos: programs that show what one thread can do, and the command line that starts them.
@NullMarked
package spindle.demos;

import org.jspecify.annotations.NullMarked;
