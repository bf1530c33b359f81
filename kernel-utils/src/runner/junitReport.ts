import { type CellReport, failureLines, type NotebookReport, type RunReport } from "./report";

/** JUnit XML: a test suite a notebook, a test case a code cell, so that a CI system lists cells by name. */
export function junitReport(report: RunReport): string {
  const suites = report.notebooks.map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="align run"${time(report.seconds)}>\n${suites.join("")}</testsuites>\n`;
}

function suite(notebook: NotebookReport): string {
  const cases = notebook.cells.map((cell) => testCase(notebook, cell));
  if (notebook.cells.length === 0 || notebook.problem !== undefined) cases.push(wholeNotebook(notebook));
  const count = (pattern: RegExp): number => cases.filter((one) => pattern.test(one)).length;
  const counts = `tests="${cases.length}" failures="${count(/<failure /)}" errors="${count(/<error /)}" skipped="${count(/<skipped /)}"`;
  return `  <testsuite name=${quoted(notebook.path)} ${counts}${time(notebook.seconds)}>\n${cases.join("")}  </testsuite>\n`;
}

function testCase({ path, cells }: NotebookReport, cell: CellReport): string {
  const head = `    <testcase classname=${quoted(path)} name=${quoted(cell.id)}${time(cell.seconds)}`;
  if (cell.failure !== undefined) {
    const [message] = failureLines({ path, cells: [cell], status: "failed", seconds: 0, warnings: [] });
    const attributes = `message=${quoted(message)} type=${quoted(cell.failure.name)}`;
    return `${head}>\n      <failure ${attributes}>${escaped(cell.failure.details)}</failure>\n    </testcase>\n`;
  }
  if (cell.status === "passed") return `${head}/>\n`;
  const failed = cells.find(({ status }) => status === "failed");
  const reason = failed ? `not run: [${failed.id}] failed before it` : "not run";
  return `${head}>\n      <skipped message=${quoted(reason)}/>\n    </testcase>\n`;
}

/** What is wrong with no cell in particular: unreadable, no kernel, stopped before its first cell. */
function wholeNotebook({ path, status, problem, seconds }: NotebookReport): string {
  const head = `    <testcase classname=${quoted(path)} name="notebook"${time(seconds)}`;
  if (problem !== undefined) {
    return `${head}>\n      <error message=${quoted(problem)} type=${quoted(status)}/>\n    </testcase>\n`;
  }
  return status === "passed"
    ? `${head}/>\n`
    : `${head}>\n      <skipped message=${quoted(status)}/>\n    </testcase>\n`;
}

const time = (seconds: number): string => ` time="${seconds.toFixed(3)}"`;

export const quoted = (text: string): string => `"${escaped(text)}"`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** XML 1.0 has no way to write most control characters and lone surrogates: they become the replacement character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function escaped(text: string): string {
  const written = text.replace(unwritable, "\ufffd").replace(/[&<>"']/g, (character) => entities[character]);
  return written.replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
