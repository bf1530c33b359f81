/** The exercise card: what notebooks write over three to five cells, gathered into one piece that a page can fold. */
import type { Cell } from "../notebook/source";

export interface ExerciseGroup {
  id: string;
  title: string;
  difficulty: number;
  minutes: number;
  /** Prose of the card's cell above the card. */
  before: string;
  statement: string;
  /** Cell of the card; undefined where the stub has none. */
  card?: Cell;
  stub: Cell;
  check?: Cell;
  solutionProse?: Cell;
  solution?: Cell;
  /** Cells the group takes, from the card on. */
  length: number;
}

/** In words, because a number tells nobody whether to try. */
const difficulties = ["", "gentle", "moderate", "demanding", "hard", "a small project"];

export const difficultyInWords = (difficulty: number): string => difficulties[difficulty] ?? `difficulty ${difficulty}`;

const head = /^(>?[ \t]*)\*\*Exercise:?[ \t]+(.+?)\*\*[ \t]*·[ \t]*difficulty \d[ \t]*·[ \t]*\d+ minutes\.?[ \t]*/m;

/** The group that begins with the cell at `from`: a card before its stub, or a stub alone. */
export function exerciseAt(cells: readonly Cell[], from: number): ExerciseGroup | undefined {
  const first = cells[from];
  const card = first.kind === "markdown" && head.test(first.source) ? first : undefined;
  let next = card ? from + 1 : from;
  const stub = cells[next];
  if (stub?.directive?.name !== "exercise") return undefined;
  const { exercise, difficulty, minutes } = stub.directive;
  next += 1;
  const isOf = (cell: Cell | undefined, name: "check" | "solution"): boolean =>
    cell?.directive?.name === name && cell.directive.exercise === exercise;
  const check = isOf(cells[next], "check") ? cells[next++] : undefined;
  const hasProse = cells[next]?.kind === "markdown" && isOf(cells[next + 1], "solution");
  const solutionProse = hasProse ? cells[next++] : undefined;
  const solution = isOf(cells[next], "solution") ? cells[next++] : undefined;
  const said = card ? splitCard(card.source) : { before: "", title: "", statement: "" };
  const title = said.title === "" || said.title === exercise ? inWords(exercise) : said.title;
  const length = next - from;
  return { ...said, id: exercise, title, difficulty, minutes, card, stub, check, solutionProse, solution, length };
}

/** Prose above the card, the card's title, and its text without the bar of a quotation. */
function splitCard(source: string): { before: string; title: string; statement: string } {
  const found = head.exec(source);
  if (!found) return { before: source, title: "", statement: "" };
  const after = source.slice(found.index + found[0].length);
  const isQuoted = found[1].startsWith(">");
  const statement = isQuoted ? after.replace(/^[ \t]*>[ \t]?/gm, "") : after;
  return {
    before: source.slice(0, found.index).trim(),
    title: found[2].replace(/`/g, "").trim(),
    statement: statement.trim(),
  };
}

const inWords = (id: string): string => id.replaceAll("-", " ");

/** The sentence that only says "folded" says nothing inside the fold. */
export const solutionText = (source: string): string =>
  source.replace(/^\s*(?:The )?(?:folded )?solution\b[^.:\n]*[.:]\s*/i, "").trim();
