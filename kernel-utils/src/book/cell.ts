/** A code cell on the page: its source, what kind of cell it is, and what it showed. */
import type { Cell, Directive } from "../notebook/source";
import type { Assets } from "./assets";
import { type Block, fenced, html, markdown } from "./blocks";
import { equationId, escapeHtml } from "./escape";
import { outputBlocks } from "./output";
import type { NotebookOutputs, Output } from "./outputs";

export interface CellContext {
  /** Of the page and of its notebook: `06-dpo`. */
  name: string;
  outputs: NotebookOutputs;
  assets: Assets;
  /** Equations that stand on this page and can be linked to. */
  equations: ReadonlySet<string>;
  /** Hints of an exercise, from a nudge to nearly the answer. */
  hintsOf(exercise: string): readonly string[];
  mark(prose: string): string;
  cite(words: string): string;
}

/** The source without its directive, which the page says in words. */
export const withoutDirective = (cell: Cell): string =>
  (cell.directive ? cell.source.replace(/^[^\n]*(\n|$)/, "") : cell.source).trim();

const seconds = (count: number): string => (count < 120 ? `${count} seconds` : `${Math.round(count / 60)} minutes`);

/** What a reader should know of the cell before its code. */
function label(directive: Directive | undefined): string {
  if (directive?.name === "slow") return `<p class="cell-label slow">takes about ${seconds(directive.seconds)}</p>`;
  if (directive?.name !== "expect-error") return "";
  return `<p class="cell-label fails">fails on purpose, with <code>${escapeHtml(directive.code)}</code></p>`;
}

/** Opens the element that live cells hook on. */
export const openCell = (cell: Cell, { name }: CellContext): string =>
  `<div class="cell" data-cell="${cell.id}" data-notebook="${escapeHtml(name)}" ` +
  `data-directive="${cell.directive?.name ?? ""}">`;

const source = (cell: Cell): Block => markdown(fenced("ts", withoutDirective(cell), "`"), cell.id);

export const fold = (className: string, summary: string, blocks: Block[], cell?: string): Block[] => [
  html(`<details class="fold ${className}"><summary>${escapeHtml(summary)}</summary>`, cell),
  ...blocks,
  html("</details>", cell),
];

const outputsOf = (cell: Cell, { outputs }: CellContext): Output[] => outputs.outputs.get(cell.id) ?? [];

/** @param keep which outputs to show, where some would repeat what the page says anyway */
export function codeCell(cell: Cell, context: CellContext, keep: (output: Output) => boolean = () => true): Block[] {
  if (withoutDirective(cell) === "") return [];
  if (cell.directive?.name === "derive") return derivation(cell, cell.directive, context);
  const isExpected = cell.directive?.name === "expect-error";
  const shown = outputsOf(cell, context)
    .filter(keep)
    .flatMap((output) => outputBlocks(output, cell.id, context.assets, isExpected));
  const code = context.outputs.folded.has(cell.id) ? fold("code", "Code", [source(cell)], cell.id) : [source(cell)];
  return [
    html(openCell(cell, context) + label(cell.directive), cell.id),
    ...code,
    ...(shown.length > 0 ? [html('<div class="outputs">'), ...shown, html("</div>")] : []),
    html("</div>", cell.id),
  ];
}

/** What a checked line says below its formula: `<small>move — *source* — ✓ what the check found</small>`. */
const verdict = /^<small>([\s\S]*)<\/small>$/m;

/** A line of a derivation: the formula first, where it comes from, what checked it, and the code of the check folded. */
function derivation(cell: Cell, { line, from }: { line: string; from: string }, context: CellContext): Block[] {
  const outputs = outputsOf(cell, context);
  const place = outputs.findIndex((output) => output.kind === "data" && "text/markdown" in output.data);
  const others = outputs
    .filter((_, i) => i !== place)
    .flatMap((output) => outputBlocks(output, cell.id, context.assets));
  const stated = outputs[place];
  const text = stated?.kind === "data" ? String([stated.data["text/markdown"]].flat().join("")) : "";
  const said = verdict.exec(text)?.[1] ?? "";
  const parts = said.split(" — ");
  const checks = parts.filter((part) => part.startsWith("✓"));
  const moves = parts.filter((part) => part !== "" && !part.startsWith("✓"));
  const formula = text.replace(verdict, "").trim();
  const link = (name: string): string =>
    context.equations.has(name) ? `<a href="#${equationId(name)}">${escapeHtml(name)}</a>` : escapeHtml(name);
  return [
    html(`${openCell(cell, context)}<div class="derivation">`, cell.id),
    ...(formula === "" ? [] : [markdown(formula, cell.id)]),
    html(`<div class="step"><p class="step-from" v-pre>${link(line)} from ${link(from)}</p>`, cell.id),
    ...(moves.length > 0 ? [markdown(context.cite(moves.join(" — ")), cell.id)] : []),
    ...checks.map((check) => html(`<p class="step-check" v-pre>${escapeHtml(check)}</p>`, cell.id)),
    ...(text === "" ? [html('<p class="step-open">not run</p>', cell.id)] : []),
    html("</div>", cell.id),
    ...fold("code", "The check, as code", [source(cell)], cell.id),
    html("</div>"),
    ...(others.length > 0 ? [html('<div class="outputs">'), ...others, html("</div>")] : []),
    html("</div>", cell.id),
  ];
}
