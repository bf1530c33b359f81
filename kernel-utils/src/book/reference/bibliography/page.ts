/** The page of all works cited, each with the places that cite it. */
import { type ChapterTitle, chapterLink, lineLink, plain, type ReferencePage } from "../page";
import { worksIn } from "./citations";
import { type Bibliography, type Work, yearOf } from "./entry";
import { formatted } from "./format";

/** A text that cites, and how the page names it. */
export interface CitingText {
  kind: "chapter" | "equation" | "objective" | "source";
  /** `06-dpo`; the equation's tag; the objective's name; the file. */
  name: string;
  /** The chapter an equation stands in. */
  chapter?: string;
  text: string;
}

export function bibliographyPage(
  bibliography: Bibliography,
  citing: readonly CitingText[],
  chapters: readonly ChapterTitle[],
): ReferencePage {
  const places = new Map<string, CitingText[]>(bibliography.map(({ id }) => [id, []]));
  for (const place of citing) for (const { id } of worksIn(place.text, bibliography)) places.get(id)?.push(place);
  const sorted = [...bibliography].sort(byAuthor);
  const items = sorted.map((work) => entryOf(work, places.get(work.id) ?? [], chapters));
  const markdown = [
    "# Bibliography",
    "",
    `${bibliography.length} works the course cites, with the chapters, equations and objectives that cite them. The list is`,
    "`data/bibliography.json`, in CSL-JSON: reference managers read it as it is.",
    "",
    ...items,
    "",
  ].join("\n");
  return { path: "reference/bibliography.md", title: "Bibliography", markdown };
}

const sortName = ({ author: [{ family, literal }] }: Work): string => family ?? literal ?? "";
const byAuthor = (a: Work, b: Work): number =>
  sortName(a).localeCompare(sortName(b), "en") || yearOf(a) - yearOf(b) || a.title.localeCompare(b.title, "en");

function entryOf(work: Work, places: readonly CitingText[], chapters: readonly ChapterTitle[]): string {
  const named = (kind: CitingText["kind"]): CitingText[] => places.filter((place) => place.kind === kind);
  const equations = named("equation");
  const inChapters = chapters.flatMap(({ name, title }) => {
    const own = equations.filter(({ chapter }) => chapter === name).map((place) => lineLink(name, place.name));
    if (own.length === 0 && !named("chapter").some((place) => place.name === name)) return [];
    return [`${chapterLink(name, plain(title))}${own.length > 0 ? ` (${own.join(", ")})` : ""}`];
  });
  const objectives = named("objective").map(({ name }) => `[\`${name}\`](/reference/objectives/${name}.md)`);
  const sources = named("source").map(({ name }) => `\`${name}\``);
  const cited = [...inChapters, ...objectives, ...sources];
  const said = cited.length > 0 ? `\n  <small>Cited in ${cited.join("; ")}.</small>` : "";
  return `- <span id="${work.id}"></span>${formatted(work)}${said}`;
}
