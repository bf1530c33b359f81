import { anchored, type ChapterTitle, chapterLink, lineLink, plain, type ReferencePage, slug } from "../page";
import type { GlossaryTerm } from "./term";

/** The page of all terms, by the alphabet, each with where the course says it at length. */
export function glossaryPage(terms: readonly GlossaryTerm[], chapters: readonly ChapterTitle[]): ReferencePage {
  const initials = [...new Set(terms.map(({ term }) => initial(term)))];
  const sections = initials.flatMap((letter) => [
    anchored(2, `letter-${slug(letter) || "other"}`, letter),
    "",
    ...terms.filter(({ term }) => initial(term) === letter).map((one) => entry(one, chapters)),
  ]);
  const markdown = [
    "# Glossary",
    "",
    `${terms.length} terms as this course uses them. In the chapters the first occurrence of each is underlined with dots; hover over it or focus it.`,
    "",
    ...sections,
  ].join("\n");
  return { path: "reference/glossary.md", title: "Glossary", markdown };
}

const initial = (term: string): string => term[0].toUpperCase();

function entry(
  { term, definition, aliases, chapter, equation }: GlossaryTerm,
  chapters: readonly ChapterTitle[],
): string {
  const title = chapters.find(({ name }) => name === chapter)?.title ?? chapter;
  const also = aliases.length > 0 ? ` *(also: ${plain(aliases.join(", "))})*` : "";
  const place = `${chapterLink(chapter, plain(title))}${equation ? `, ${lineLink(chapter, equation)}` : ""}`;
  return [anchored(3, slug(term), term), "", `${plain(definition)}${also}`, "", `<small>${place}</small>`, ""].join(
    "\n",
  );
}
