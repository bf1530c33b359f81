/** As files of a run are laid out: two spaces, one value a line. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
