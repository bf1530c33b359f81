import { formatValue, html } from "../notebook/display";
import { escapeHtml } from "../notebook/display/escape";
import { flatten, type Numbers } from "./numbers";
import type { CaseResult, CheckResult } from "./result";
import type { ExerciseSpec } from "./spec";

/** Shows a check: the verdict, the cases, the first failing one drawn out, and the hint. */
export function showCheck(result: CheckResult, spec: ExerciseSpec): void {
  const lines = [headline(result), ...(result.hint ? [`Hint: ${result.hint}`] : [])];
  if (result.status === "not-attempted") {
    html(lines.map(paragraph).join(""), { text: lines.join("\n") });
    return;
  }
  const failing = result.cases.find((entry) => entry.problem);
  const detail = failing ? failingCase(failing, spec) : "";
  html(paragraph(lines[0]) + casesTable(result) + detail + lines.slice(1).map(paragraph).join(""), {
    text: [lines[0], ...result.cases.map(caseText), ...lines.slice(1)].join("\n"),
  });
}

const marks = { passed: "✓", failed: "✗", "not-attempted": "·" } as const;

const headline = ({ id, status, message }: CheckResult): string => `${marks[status]} ${id}: ${message}`;
const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function casesTable({ id, cases }: CheckResult): string {
  const cell = (text: string) => `<td style="text-align:left">${escapeHtml(text)}</td>`;
  const rows = cases.map((entry) => `<tr>${[entry.name, entry.property, gotText(entry)].map(cell).join("")}</tr>`);
  const heads = ["case", "what must hold", "got"].map((name) => `<th scope="col" style="text-align:left">${name}</th>`);
  const caption = `<caption style="text-align:left;caption-side:top">Cases of ${escapeHtml(id)}</caption>`;
  return `<table class="course-table">${caption}<thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

const gotText = ({ got, problem }: CaseResult): string =>
  `${problem ? "✗" : "✓"} ${got === undefined ? (problem ?? "") : short(got)}`;

const caseText = (entry: CaseResult): string => `  ${gotText(entry)}  ${entry.name}: ${entry.property}`;

/** The inputs of the first failing case, its answer and the right one: something to compute by hand. */
function failingCase({ name, inputs, got, wanted }: CaseResult, spec: ExerciseSpec): string {
  const given = inputs.map((input, place) => [spec.inputs[place].name, formatValue(input, 3)]);
  const answers = [
    ["yours", got === undefined ? "–" : formatValue(got)],
    ["wanted", formatValue(wanted)],
  ];
  const items = [...given, ...answers].map(([label, text]) => `<li>${escapeHtml(label)}: ${escapeHtml(text)}</li>`);
  return `<details><summary>The case “${escapeHtml(name)}”</summary><ul>${items.join("")}</ul></details>`;
}

function short(value: Numbers): string {
  if (flatten(value).length <= 6) return formatValue(value);
  const first = flatten(value).slice(0, 5);
  return `${formatValue(first).slice(0, -1)}, …]`;
}
