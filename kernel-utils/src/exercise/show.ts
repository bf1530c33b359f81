import { displayHost, formatValue, type MimeBundle } from "../notebook/display";
import { escapeHtml } from "../notebook/display/escape";
import { paragraph, tableHtml } from "../notebook/display/rich/htmlTable";
import { showAs } from "../notebook/display/rich/showAs";
import { flatten, type Numbers } from "./numbers";
import type { CaseResult, CheckResult } from "./result";
import type { ExerciseSpec } from "./spec";

/** A check in full: the verdict, the cases, the first failing one drawn out, and the hint. */
export function checkBundle(result: CheckResult, spec: ExerciseSpec): MimeBundle {
  const hint = result.hint ? [`Hint: ${result.hint}`] : [];
  const isAttempted = result.status !== "not-attempted";
  const failing = isAttempted ? result.cases.find((entry) => entry.problem) : undefined;
  const html = [
    paragraph(headline(result)),
    isAttempted ? casesTable(result) : "",
    failing ? failingCase(failing, spec) : "",
    ...hint.map(paragraph),
  ];
  const text = [headline(result), ...(isAttempted ? result.cases.map(caseText) : []), ...hint];
  return { "text/html": html.join(""), "text/plain": text.join("\n") };
}

/** How long a kernel may take from the end of a cell to asking for the form of its value: Deno's asks another process. */
const sameCellMs = 500;

/**
 * Shows a check, wherever in a cell it stands. As the cell's last expression its result is not shown a second time: the
 * first to ask, and soon, is the kernel, and gets nothing; later on the result shows itself like any other value.
 */
export function showCheck(result: CheckResult, spec: ExerciseSpec): void {
  const host = displayHost();
  host.publish(checkBundle(result, spec));
  const shownAt = performance.now();
  let isAwaited = host.kind === "kernel";
  const isSameCell = (): boolean => {
    if (!isAwaited || performance.now() - shownAt > sameCellMs) return false;
    setTimeout(() => {
      isAwaited = false; // not at once: a kernel may ask for the bundle and then for the text
    }, 0);
    return true;
  };
  showAs(
    result,
    (shown) => (isSameCell() ? {} : checkBundle(shown, spec)),
    ({ id, status }) => `${id}: ${status.replace("-", " ")}`,
  );
}

const marks = { passed: "✓", failed: "✗", "not-attempted": "·" } as const;

const headline = ({ id, status, message }: CheckResult): string => `${marks[status]} ${id}: ${message}`;

const casesTable = ({ id, cases }: CheckResult): string =>
  tableHtml({
    caption: `Cases of ${id}`,
    columns: ["case", "what must hold", "got"],
    rows: cases.map((entry) => [entry.name, entry.property, gotText(entry)]),
    hasRowHeadings: true,
  });

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
