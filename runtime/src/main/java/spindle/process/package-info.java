/// Processes and signals of the operating system.
///
/// [Processes] starts programs, whose streams are coroutines' streams; [Signals] has a loop
/// hear of the signals that this process gets.
package spindle.process;
