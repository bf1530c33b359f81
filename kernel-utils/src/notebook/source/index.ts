/** Reading notebooks: the file format, the directives, the program their cells make, and what is wrong with it. */
export { type Directive, type DirectiveName, directiveNames } from "./directives";
export { type Cell, type Notebook, NotebookError, parseNotebook, readNotebook, whereIs } from "./format";
export type { Place } from "./json";
