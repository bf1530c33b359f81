/** The reference pages of the reading site: pure, from what {@link referenceSources} has read. */
import { bibliographyPage, type CitingText } from "./bibliography";
import { glossary, glossaryPage } from "./glossary";
import { type ChapterLines, linesPage } from "./lines";
import { notationPage } from "./notation";
import { objectivesPages } from "./objectives/pages";
import type { ChapterTitle, ReferencePage } from "./page";
import type { ReferenceSources } from "./sources";

export { type Bibliography, bibliographyFile, bibliographyPage, citationKeys, parseBibliography } from "./bibliography";
export { type GlossaryTerm, glossary, glossaryPage, markTerms } from "./glossary";
export { type ChapterLines, chapterLines, linesPage, totalsOf } from "./lines";
export { notation, notationPage } from "./notation";
export { objectivesPages } from "./objectives/pages";
export type { ChapterTitle, ReferencePage } from "./page";
export { type ReferenceSources, referenceSources } from "./sources";

export interface ReferenceGroup {
  text: string;
  pages: ReferencePage[];
}

/** All of them, as groups of the sidebar. @param lines of `readLines` @throws CourseError where a definition does not hold */
export function referenceGroups(
  sources: ReferenceSources,
  chapters: readonly ChapterTitle[],
  lines: readonly ChapterLines[],
): ReferenceGroup[] {
  const { bibliography, objectives, parity } = sources;
  const reference = [
    notationPage(lines, chapters),
    glossaryPage(glossary(), chapters),
    linesPage(lines, { chapters, bibliography }),
    bibliographyPage(bibliography, [...sources.citing, ...equationsCiting(lines)], chapters),
  ];
  const pages = objectivesPages({ files: objectives, parity, bibliography, chapters });
  return [
    { text: "Objectives", pages },
    { text: "Reference", pages: reference },
  ];
}

/** Lines of derivations name their sources. */
const equationsCiting = (lines: readonly ChapterLines[]): CitingText[] =>
  lines.flatMap(({ chapter, derivations }) =>
    derivations.flatMap((derivation) =>
      derivation.lines.flatMap(({ id, source }): CitingText[] =>
        source ? [{ kind: "equation", name: id, chapter, text: source }] : [],
      ),
    ),
  );
