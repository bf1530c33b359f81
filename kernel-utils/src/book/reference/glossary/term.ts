/** One term of the field as the course uses it. */
export interface GlossaryTerm {
  term: string;
  /** Plain text, one or two sentences. */
  definition: string;
  /** Other words for it, and its plural where that is no mere s. */
  aliases: readonly string[];
  /** The chapter that introduces it, by file name. */
  chapter: string;
  /** The tag of the equation there that says it. */
  equation?: string;
}

export const term = (
  name: string,
  chapter: string,
  definition: string,
  { aliases = [], equation }: { aliases?: readonly string[]; equation?: string } = {},
): GlossaryTerm => ({ term: name, chapter, definition, aliases, ...(equation !== undefined && { equation }) });
