/** The page of all derivation lines: what each says, what it follows from, and what its check has found. */
import type { LineKind } from "../../../derivation";
import { type Bibliography, withCitations } from "../bibliography";
import { anchored, type ChapterTitle, chapterLink, lineLink, plain, type ReferencePage, slug, table } from "../page";
import type { ChapterLines, LineFacts } from "./chapterLines";

/** How a line of each kind is checked, in a few words. */
export const checks: Record<LineKind, string> = {
  start: "is a number on every draw",
  definition: "definition; finite on every draw",
  identity: "both sides evaluated",
  inequality: "both sides evaluated, and the bound reached where it says so",
  proportional: "the ratio is one positive number along the axis",
  "up-to-constant": "the difference stays when the symbol is drawn again",
  gradient: "central differences of fourth order",
  optimum: "moved away from in random directions, near and far",
  limit: "followed along a geometric sequence",
  implementation: "the library's tensors, value and gradients",
};

interface Totals {
  lines: number;
  draws: number;
  mutants: number;
  killed: number;
  explained: number;
}

const linesOf = ({ derivations }: ChapterLines): LineFacts[] => derivations.flatMap(({ lines }) => lines);

/** Lines that a check decides: a start and a definition only have to be defined. */
export function totalsOf(chapters: readonly ChapterLines[]): Totals {
  const all = chapters.flatMap(linesOf);
  const sum = (count: (line: LineFacts) => number): number => all.reduce((total, line) => total + count(line), 0);
  const killed = sum(({ mutants }) => mutants?.killed ?? 0);
  const explained = sum(({ mutants }) => mutants?.explained ?? 0);
  const survivors = sum(({ mutants }) => mutants?.survivors ?? 0);
  const draws = sum((line) => line.draws);
  return { lines: all.length, draws, killed, explained, mutants: killed + explained + survivors };
}

export interface LinesOptions {
  chapters: readonly ChapterTitle[];
  bibliography: Bibliography;
}

export function linesPage(notebooks: readonly ChapterLines[], options: LinesOptions): ReferencePage {
  const markdown = [
    "# Every line and its check",
    "",
    opening(notebooks),
    "",
    summary(notebooks, options.chapters),
    "",
    ...notebooks.filter((chapter) => linesOf(chapter).length > 0).map((chapter) => section(chapter, options)),
  ].join("\n");
  return { path: "reference/lines.md", title: "Every line and its check", markdown };
}

function opening(notebooks: readonly ChapterLines[]): string {
  const { lines, draws, mutants, killed, explained } = totalsOf(notebooks);
  const kinds = new Map<LineKind, number>();
  for (const { kind } of notebooks.flatMap(linesOf)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const rows = [...kinds]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => [kind, plain(checks[kind]), String(count)]);
  const mutated = notebooks.some((chapter) => chapter.mutated);
  const share = mutants === 0 ? "" : ` (${((100 * killed) / mutants).toFixed(1)} %)`;
  const mutation = mutated
    ? ` Into every line the classic mistakes are put, one at a time: ${killed} of ${mutants} mutants${share} are refused by the line's own check` +
      `${explained > 0 ? `, ${explained} say the same as the line, for a reason that stands in the notebook` : ""}.`
    : "";
  return [
    `${lines} lines, which held on ${draws} random draws in all.${mutation}`,
    "The table is made by running the derivations of the notebooks, as `npx align check` and `npx align check --mutate` do.",
    "",
    table(["kind", "how it is checked", "lines"], rows),
  ].join("\n");
}

function summary(notebooks: readonly ChapterLines[], titles: readonly ChapterTitle[]): string {
  const mutated = notebooks.some((chapter) => chapter.mutated);
  const rows = notebooks.map((chapter) => {
    const { lines, draws, mutants, killed } = totalsOf([chapter]);
    const worst = Math.max(0, ...linesOf(chapter).map(({ residual }) => residual));
    const name = titles.find(({ name }) => name === chapter.chapter)?.title ?? chapter.chapter;
    const counts = [String(lines), String(draws), scientific(worst), ...(mutated ? [`${killed}/${mutants}`] : [])];
    return [lines > 0 ? `[${plain(name)}](#${chapter.chapter})` : plain(name), ...counts];
  });
  return table(["chapter", "lines", "draws", "largest residual", ...(mutated ? ["mutants refused"] : [])], rows);
}

const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(0));

function section(chapter: ChapterLines, { chapters, bibliography }: LinesOptions): string {
  const title = chapters.find(({ name }) => name === chapter.chapter)?.title ?? chapter.chapter;
  const heading = anchored(2, chapter.chapter, title);
  const known = new Set(linesOf(chapter).map(({ id }) => id));
  const lines = linesOf(chapter).map((line) => entry(line, chapter.chapter, known, bibliography));
  return [heading, "", `In full: ${chapterLink(chapter.chapter, plain(title))}.`, "", ...lines].join("\n");
}

/** Chapters may use a name again: kl.1 stands in two. */
export const lineAnchor = (chapter: string, id: string): string => `line-${chapter}-${slug(id)}`;

/** A line: its name, the formula, what was done, and what the check says. */
function entry(line: LineFacts, chapter: string, known: ReadonlySet<string>, bibliography: Bibliography): string {
  const { id, from, latex, move, source } = line;
  const origin = from
    ? ` from ${known.has(from) ? `[${from}](#${lineAnchor(chapter, from)})` : lineLink(chapter, from)}`
    : "";
  const said = [plain(move), source && `*${withCitations(plain(source), bibliography)}*`, verdict(line)].filter(
    Boolean,
  );
  return [
    `<span id="${lineAnchor(chapter, id)}"></span>**${lineLink(chapter, id)}**${origin}`,
    "",
    `$$\n${latex}\n$$`,
    "",
    `<small>${said.join(" — ")}</small>`,
    "",
  ].join("\n");
}

function verdict({ kind, draws, unresolved, residual, simplified, mutants }: LineFacts): string {
  const beyond = unresolved > 0 ? ` (${unresolved} more beyond float64)` : "";
  const shown = kind === "start" || kind === "definition" ? "" : `, largest residual ${scientific(residual)}`;
  const all = mutants && mutants.killed + mutants.explained + mutants.survivors;
  const refused = all ? `; ${mutants.killed} of ${all} mutants refused` : "";
  return `✓ ${kind}: ${checks[kind]}; ${draws} draws${beyond}${shown}${simplified ? ", and by simplification" : ""}${refused}`;
}
