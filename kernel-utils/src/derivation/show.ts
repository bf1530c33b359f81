import { html, markdown } from "../notebook/display";
import { escapeHtml } from "../notebook/display/escape";
import { breakLine } from "./breakLine";
import { shown } from "./compare";
import type { LineResult } from "./line";
import type { Counterexample } from "./survey";

/** Shows a line: the formula with its tag, the move, the source, and one quiet tick; or the draw that breaks it. */
export function showLine(result: LineResult): void {
  const about = [result.move, result.source && `*${result.source}*`, verdict(result)].filter(Boolean).join(" — ");
  markdown(`$$\n${breakLine(result.latex)} \\tag{${result.id}}\n$$\n\n<small>${about}</small>`);
  if (result.counterexample) showCounterexample(result, result.counterexample);
}

function verdict({ holds, kind, from, draws, unresolved, residual, simplified }: LineResult): string {
  if (!holds) return "**✗ does not hold**";
  const skipped = unresolved > 0 ? ` (${unresolved} more beyond float64)` : "";
  const counted = `${draws} draws${skipped}`;
  const exactness = `largest residual ${residual === 0 ? "0" : residual.toExponential(0)}`;
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

function showCounterexample(result: LineResult, { left, right }: Counterexample): void {
  const rows = [...inputsOf(result), ["left side", left], ["right side", right]];
  const body = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const caption = `<caption style="text-align:left;caption-side:top">${result.id} breaks at this draw</caption>`;
  const text = rows.map(([name, value]) => `${name}: ${value}`).join("\n");
  html(`<table class="course-table">${caption}<tbody>${body.join("")}</tbody></table>`, {
    text: `${result.id} breaks at this draw\n${text}`,
  });
}

/** The drawn symbols and picks of the breaking draw. */
function inputsOf({ counterexample }: LineResult): [string, string][] {
  if (!counterexample) return [];
  const { scene } = counterexample;
  const values = [...scene.values].map(([name, value]): [string, string] => [name, shown(value)]);
  const picks = [...scene.picks].map(([name, index]): [string, string] => [`y_${name}`, `reply ${index}`]);
  return [...values, ...picks];
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
