/** The file name under which a cell's code runs, so that stack frames say which cell they are in. */
export const cellFile = (cell: string): string => `[${cell}]`;

/** A place in a stack frame: `[beta-sweep]:12:5`, captured as cell, line and column. */
export const cellFrame = /\[([^[\]\s]+)\]:(\d+):(\d+)/;
