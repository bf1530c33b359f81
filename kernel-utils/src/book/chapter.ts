/** A notebook as a chapter of the site: one page, the files it carries, and its cells as data for whatever runs them. */
import type { Cell, Notebook } from "../notebook/source";
import { type Asset, Assets } from "./assets";
import { type Block, fenceName, html, markdown, type PageText, pageText } from "./blocks";
import { exerciseCard } from "./card";
import { type CellContext, codeCell } from "./cell";
import { escapeHtml } from "./escape";
import { exerciseAt } from "./exercise";
import { type NotebookOutputs, textOf } from "./outputs";
import { pageProse, splitTitle } from "./prose";

export interface Chapter {
  /** File name without its ending: `06-dpo`. */
  name: string;
  title: string;
  question: string;
  minutes?: number;
  /** Lines of derivations that a cell checks. */
  checkedLines: number;
  exercises: { id: string; title: string }[];
  page: PageText;
  assets: Asset[];
}

export interface ChapterOptions {
  hintsOf?(exercise: string): readonly string[];
  /** Prose with its terms and citations as links; called in the order of the page. */
  mark?(prose: string): string;
  /** Words of a checked line, with citations as links. */
  cite?(words: string): string;
}

const asItIs = (text: string): string => text;

const tag = /\\tag\*?\{\s*([a-z][\w.-]*)/g;

/** Equations that the page shows, in prose and in what its cells have shown. */
function equationsOf(cells: readonly Cell[], { outputs }: NotebookOutputs): ReadonlySet<string> {
  const shown = [...outputs.values()].flat().map((output) => {
    return output.kind === "data" ? textOf(output.data["text/markdown"]) : "";
  });
  const prose = cells.filter(({ kind }) => kind === "markdown").map(({ source }) => source);
  return new Set([...prose, ...shown].flatMap((text) => [...text.matchAll(tag)].map(([, name]) => name)));
}

/** @param text the notebook's source, which names the fences of its page */
export function chapter(
  name: string,
  text: string,
  notebook: Notebook,
  outputs: NotebookOutputs,
  { hintsOf = () => [], mark = asItIs, cite = asItIs }: ChapterOptions = {},
): Chapter {
  const assets = new Assets(name);
  const equations = equationsOf(notebook.cells, outputs);
  const context: CellContext = { name, outputs, assets, equations, hintsOf, mark, cite };
  const first = notebook.cells.find(({ kind }) => kind === "markdown");
  const { title = name } = splitTitle(first?.source ?? "");
  const checkedLines = notebook.cells.filter(({ directive }) => directive?.name === "derive").length;
  const minutes = typeof outputs.alignment.minutes === "number" ? outputs.alignment.minutes : undefined;
  const exercises: Chapter["exercises"] = [];
  const blocks: Block[] = [];
  for (let i = 0; i < notebook.cells.length; ) {
    const cell = notebook.cells[i];
    const group = exerciseAt(notebook.cells, i);
    if (group) {
      exercises.push({ id: group.id, title: group.title });
      blocks.push(...exerciseCard(group, context));
      i += group.length;
      continue;
    }
    i += 1;
    if (cell.kind === "code") blocks.push(...codeCell(cell, context));
    else if (cell.kind === "markdown") blocks.push(...proseCell(cell, cell === first, context));
  }
  const count = notebook.cells.filter(({ directive }) => directive?.name === "exercise").length;
  const strip = header({ checkedLines, exercises: count, minutes, name });
  const fence = fenceName(text);
  const question = textOf(outputs.alignment.question);
  const front = frontMatter({ title, description: question, notebook: name, fence });
  const body = [markdown(`# ${title}`, first?.id), html(strip), ...blocks, html(`<LiveNotebook name="${name}" />`)];
  const page = pageText(front, body, fence);
  return { name, title, question, minutes, checkedLines, exercises, page, assets: assets.files };
}

/** Front matter of strings; JSON strings are YAML's double-quoted ones. */
export const frontMatter = (fields: Record<string, string>): string =>
  `---\n${Object.entries(fields)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("")}---\n\n`;

function proseCell(cell: Cell, isFirst: boolean, { outputs, assets, mark }: CellContext): Block[] {
  const source = isFirst ? splitTitle(cell.source).rest : cell.source;
  const text = pageProse(source, outputs.attachments.get(cell.id) ?? {}, cell.id, assets);
  return text === "" ? [] : [markdown(mark(text), cell.id)];
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

function header(facts: { checkedLines: number; exercises: number; minutes?: number; name: string }): string {
  const said = [
    plural(facts.checkedLines, "checked line"),
    plural(facts.exercises, "exercise"),
    ...(facts.minutes === undefined ? [] : [plural(facts.minutes, "minute")]),
  ];
  const items = said.map((text) => `<span>${escapeHtml(text)}</span>`).join("");
  const run = `<a href="../jupyter.html#${escapeHtml(facts.name)}">Run this in Jupyter</a>`;
  return `<p class="chapter-facts" v-pre>${items}${run}</p>`;
}

/** The code cells as data: what runs them in the page needs their sources as the notebook has them. */
export const chapterData = ({ cells }: Notebook): object => ({
  cells: cells
    .filter(({ kind }) => kind === "code")
    .map(({ id, kind, source, directive }) => ({ id, kind, source, directive: directive?.name ?? null })),
});
