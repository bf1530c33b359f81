import { displayHost, type MimeBundle } from "../notebook/display";
import { factsBundle, paragraph, tableBundle } from "../notebook/display/rich/htmlTable";
import { breakLine } from "./breakLine";
import { shown } from "./compare";
import type { LineResult } from "./line";
import type { MutationReport } from "./mutate";
import type { Counterexample } from "./survey";

/** Shows a line: the formula with its tag, the move, the source, and one quiet tick; or the draw that breaks it. */
export function showLine(result: LineResult): void {
  displayHost().publish(lineBundle(result));
  if (result.counterexample) displayHost().publish(counterexampleBundle(result, result.counterexample));
}

export const lineBundle = (result: LineResult): MimeBundle => ({
  "text/markdown": lineMarkdown(result),
  "text/plain": lineText(result),
});

export const lineBrief = ({ id, holds }: LineResult): string => `${holds ? "✓" : "✗"} ${id}`;

/** Every line of a derivation so far, in order. */
export function derivationBundle({ name, results }: { name: string; results: readonly LineResult[] }): MimeBundle {
  const heading = derivationBrief({ name, results });
  return {
    "text/markdown": [`**${heading}**`, ...results.map(lineMarkdown)].join("\n\n"),
    "text/plain": [heading, ...results.map(lineText)].join("\n"),
  };
}

export function derivationBrief({ name, results }: { name: string; results: readonly LineResult[] }): string {
  const broken = results.filter(({ holds }) => !holds).map(({ id }) => id);
  const lines = `${results.length} ${results.length === 1 ? "line" : "lines"}`;
  if (results.length === 0) return `Derivation ${name}: no line yet`;
  return `Derivation ${name}: ${lines}, ${broken.length === 0 ? "✓ all hold" : `✗ broken: ${broken.join(", ")}`}`;
}

/**
 * Markdown with a formula in it is the one format that JupyterLab, VS Code, nbconvert and the hosting pages built on it
 * typeset; HTML is not searched for formulas everywhere, and LaTeX, which some prefer to Markdown, would lose the words.
 */
const lineMarkdown = (result: LineResult): string =>
  `$$\n${breakLine(result.latex)} \\tag{${result.id}}\n$$\n\n<small>${about(result, (source) => `*${source}*`)}</small>`;

const lineText = (result: LineResult): string =>
  `${result.id}  ${result.expression}\n    ${about(result, (source) => source).replace(/\*\*/g, "")}`;

const about = (result: LineResult, cite: (source: string) => string): string =>
  [result.move, result.source && cite(result.source), verdict(result)].filter(Boolean).join(" — ");

function verdict({ holds, kind, from, draws, unresolved, residual, simplified }: LineResult): string {
  if (!holds) return "**✗ does not hold**";
  const skipped = unresolved > 0 ? ` (${unresolved} more beyond float64)` : "";
  const counted = `${draws} draws${skipped}`;
  const exactness = residual === 0 ? "no residual" : `residuals below ${powerAbove(residual)}`;
  switch (kind) {
    case "start":
      return `✓ defined on ${counted}`;
    case "definition":
      return `✓ definition, finite on ${counted}`;
    case "inequality":
      return `✓ holds on ${counted}`;
    case "optimum":
      return `✓ nothing better nearby or far away on ${counted}`;
    case "limit":
      return `✓ reached along a geometric sequence on ${counted}, ${exactness}`;
    case "implementation":
      return `✓ the library agrees in value and gradients on ${counted}, ${exactness} in float32`;
    case "gradient":
      return `✓ equals central differences on ${counted}, ${exactness}`;
    default:
      return `✓ ${from ? `follows from ${from}` : "holds"} on ${counted}, ${exactness}${simplified ? ", and by simplification" : ""}`;
  }
}

/** The next power of ten: the last digits of a residual differ between processors and say nothing. */
const powerAbove = (residual: number): string => `1e${Math.floor(Math.log10(residual)) + 1}`;

/** Name and value of everything drawn, and both sides. */
function counterexampleBundle(result: LineResult, { left, right }: Counterexample): MimeBundle {
  const facts = [...inputsOf(result), ["left side", left] as const, ["right side", right] as const];
  const caption = `${result.id} breaks at this draw`;
  const text = [caption, ...facts.map(([name, value]) => `${name}: ${value}`)].join("\n");
  return { ...factsBundle(caption, facts), "text/plain": text };
}

/** The drawn symbols and picks of the breaking draw. */
function inputsOf({ counterexample }: LineResult): [string, string][] {
  if (!counterexample) return [];
  const { scene } = counterexample;
  const values = [...scene.values].map(([name, value]): [string, string] => [name, shown(value)]);
  const picks = [...scene.picks].map(([name, index]): [string, string] => [`y_${name}`, `reply ${index}`]);
  return [...values, ...picks];
}

export const mutationBrief = ({ lines, killed, explained, survivors }: MutationReport): string =>
  `${killed} wrong versions of ${lines} lines refused, ${explained.length} explained, ${survivors.length} let through`;

/** What the checks let through, and whether somebody says why. */
export function mutationBundle(report: MutationReport): MimeBundle {
  const rows = [
    ...report.survivors.map(({ id, name, expression }) => [id, name, expression, "✗ let through"]),
    ...report.explained.map(({ id, name, expression, reason }) => [id, name, expression, `✓ says the same: ${reason}`]),
    ...report.idle.map(({ id, expression, why }) => [id, "", expression, `✗ its explanation is idle: it ${why}`]),
  ];
  if (rows.length === 0) return { "text/html": paragraph(mutationBrief(report)), "text/plain": mutationBrief(report) };
  const columns = ["line", "mistake", "reads then", "verdict"];
  return tableBundle({ caption: mutationBrief(report), columns, rows, hasRowHeadings: true });
}

/** The failure on one line, for a runner. */
export function describeFailure(result: LineResult): string {
  const { id, from, draws, unresolved, counterexample, move } = result;
  if (!counterexample) {
    const remedy = "narrow the ranges of its symbols (from, to), or write it in a stable form";
    return `${id}: only ${draws} of ${draws + unresolved} draws can be computed in float64; ${remedy}`;
  }
  const inputs = inputsOf(result).map(([name, value]) => `${name} = ${value}`);
  const claim = from && result.kind === "identity" ? `does not follow from ${from}` : "does not hold";
  const sides = `left ${counterexample.left}, right ${counterexample.right}`;
  return `${id}: ${claim}: ${sides} at ${inputs.join(", ")}; look again at the move "${move}"`;
}
