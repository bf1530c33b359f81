/** An objective's definition on its page: lines evaluated against the oracle, and what they were evaluated on. */
import { oracle } from "../../../objectives";
import type { About, Formula, PlainFormula } from "../../../objectives/oracle/about";
import { type Bibliography, withCitations } from "../bibliography";
import { resized } from "../calculator";
import { cellMath, plain, table } from "../page";
import { checkFormula } from "./checkFormula";

/** Lines with conditions as a table, those without as displays; and on what they were evaluated. */
export function definition(name: string, about: About, bibliography: Bibliography): string {
  const made = about.formulas.map((formula) => ({ formula, ...typeset(name, formula) }));
  const always = made.filter(({ formula }) => !conditions(formula));
  const sometimes = made.filter(({ formula }) => conditions(formula));
  return [
    ...always.map(({ latex }) => `$$\n${latex}\n$$\n`),
    ...(isMean(name, about) ? ["$$\n\\mathcal{L} = \\frac{1}{B} \\sum_{b=1}^{B} \\ell_b\n$$\n"] : []),
    ...(sometimes.length > 0 ? [conditional(sometimes, bibliography), ""] : []),
    checkedOn(made),
  ].join("\n");
}

interface Typeset {
  formula: Formula | PlainFormula;
  latex: string;
  /** Absent for a line that is typeset by hand. */
  draws?: number;
  residual?: number;
}

/** Lines that hold under options, with their sources where they differ in them. */
function conditional(lines: readonly Typeset[], bibliography: Bibliography): string {
  const sourced = lines.some(({ formula }) => formula.source !== undefined);
  const rows = lines.map(({ formula, latex }) => [
    conditions(formula),
    cellMath(`\\displaystyle ${latex}`),
    ...(sourced ? [withCitations(plain(formula.source ?? ""), bibliography)] : []),
  ]);
  return table(["with", "line", ...(sourced ? ["source"] : [])], rows);
}

function checkedOn(lines: readonly Typeset[]): string {
  const checked = lines.filter(({ residual }) => residual !== undefined);
  const worst = Math.max(...checked.map(({ residual = 0 }) => residual));
  const byHand = lines.length - checked.length;
  const difference = worst === 0 ? "0" : worst.toExponential(0);
  const others = byHand === 1 ? "The other one says" : `The other ${byHand} say`;
  return [
    `<small>✓ ${checked.length} of these lines ${checked.length === 1 ? "is" : "are"} evaluated against the oracle, each on`,
    `${checked[0]?.draws} random requests; largest difference ${difference}, relative.`,
    byHand > 0
      ? `${others} what the language of the derivations cannot, and ${byHand === 1 ? "is" : "are"} typeset by hand.</small>`
      : "</small>",
  ].join(" ");
}

const typeset = (
  name: string,
  formula: Formula | PlainFormula,
): { latex: string; draws?: number; residual?: number } =>
  "tex" in formula ? { latex: formula.tex } : checkFormula(name, formula);

/** Options under which a line holds, in code; empty for one that always holds, and for mere units. */
function conditions({ when = {}, ...formula }: Formula | PlainFormula): string {
  if ("says" in formula && formula.says) return plain(formula.says);
  return Object.entries(when)
    .filter(([option]) => option !== "beta")
    .map(([option, value]) => `\`${option}: ${value}\``)
    .join(", ");
}

/** Whether the loss is the mean of what the lines give for an example; asked of the oracle on one example more. */
function isMean(name: string, { formulas, example }: About): boolean {
  const gives = formulas.flatMap((formula) => ("gives" in formula ? [formula.gives] : []));
  if (!gives.includes("perExample") || gives.includes("loss")) return false;
  const { inputs } = resized({ inputs: mapped(example.inputs, JSON.stringify), options: {} }, 1);
  const answer = oracle({ name, inputs: mapped(inputs, JSON.parse), options: example.options });
  const values = answer.perExample as number[];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.abs(mean - (answer.loss as number)) < 1e-12;
}

const mapped = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
