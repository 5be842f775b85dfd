/// Files, read and written without stalling the loop.
///
/// [AsyncFiles] is where a program begins: whole files, lines, and [AsyncFile], one that stays
/// open.
package spindle.files;
