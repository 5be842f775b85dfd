/// The core: the event loop, and the futures, coroutines and tasks that run on it.
package spindle;
