import { exitCode, failureLines, jsonReport, junitReport, Progress, summaryText } from "../../kernel-utils/src/runner";
import { type NotebookReport, summarise } from "../../kernel-utils/src/runner/report";

const notebook = (path: string, status: NotebookReport["status"], more: Partial<NotebookReport> = {}) =>
  ({ path, status, seconds: 1.25, cells: [], warnings: [], ...more }) satisfies NotebookReport;

const failure = {
  name: "RangeError",
  message: 'RangeError: a < b & "c"',
  line: 4,
  details: "stack\u001b[31m\u0000\n  at",
};
const failed = notebook("notebooks/a.ipynb", "failed", {
  cells: [
    { id: "one", index: 1, status: "passed", seconds: 0.5 },
    { id: "two", index: 2, status: "failed", seconds: 0.25, failure },
    { id: "three", index: 3, status: "not-run", seconds: 0 },
  ],
});
const passed = notebook("notebooks/b.ipynb", "passed", {
  cells: [{ id: "one", index: 0, status: "passed", seconds: 0.1 }],
});
const unreadable = notebook("c.ipynb", "unreadable", { problem: "c.ipynb:1:1: malformed JSON: nothing" });
const run = summarise([failed, passed, unreadable], 2.5);

describe("exit code", () => {
  it.each([
    [0, [passed]],
    [1, [passed, failed]],
    [2, [passed, unreadable]],
    [2, [failed, unreadable]], // of an unreadable notebook nothing is known, so 2 wins
  ])("is %d", (code, notebooks) => expect(exitCode(summarise(notebooks, 0))).toBe(code));
});

it("names notebook, cell and line of what is wrong", () => {
  expect(failureLines(failed)).toEqual(['notebooks/a.ipynb [two, line 4]: RangeError: a < b & "c"']);
  expect(failureLines(unreadable)).toEqual(["c.ipynb:1:1: malformed JSON: nothing"]);
  expect(failureLines(passed)).toEqual([]);
});

describe("the JUnit report", () => {
  const xml = junitReport(run);

  it("counts the cells of each notebook", () => {
    expect(xml).toContain('name="notebooks/a.ipynb" tests="3" failures="1" errors="0" skipped="1" time="1.250"');
    expect(xml).toContain('name="notebooks/b.ipynb" tests="1" failures="0" errors="0" skipped="0"');
    expect(xml).toContain('name="c.ipynb" tests="1" failures="0" errors="1" skipped="0"');
  });

  it("has the notebook as class and the cell as name", () => {
    expect(xml).toContain('<testcase classname="notebooks/b.ipynb" name="one" time="0.100"/>');
  });

  it("escapes what XML reserves and replaces what XML 1.0 cannot hold", () => {
    expect(xml).toContain("RangeError: a &lt; b &amp; &quot;c&quot;");
    expect(xml).toContain("stack\ufffd[31m\ufffd&#10;  at");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });

  it("says why a cell did not run", () => {
    expect(xml).toContain('<skipped message="not run: [two] failed before it"/>');
  });
});

it("writes the whole run as JSON", () => {
  const report = JSON.parse(jsonReport(run));
  expect(report).toMatchObject({ schemaVersion: 1, exitCode: 2, passed: 1, failed: 1, unreadable: 1, seconds: 2.5 });
  expect(report.notebooks[0].cells[1]).toEqual({ id: "two", index: 2, status: "failed", seconds: 0.25, failure });
});

it("ends with what is wrong and the counts", () => {
  const lines = summaryText(run, "build/executed").trim().split("\n");
  expect(lines[0]).toMatch(/^notebooks\/a\.ipynb \[two, line 4\]/);
  expect(lines.at(-1)).toBe("3 notebooks: 1 passed, 1 failed, 1 unreadable (2.5 s)");
});

describe("progress", () => {
  const record = (isTTY: boolean) => {
    const written: string[] = [];
    const progress = new Progress({ isTTY, columns: 40, write: (text) => written.push(text) });
    progress.started("notebooks/a.ipynb");
    progress.cell("notebooks/a.ipynb", 2, 3);
    progress.finished(failed);
    return written;
  };

  it("is one line a notebook in a log", () => {
    expect(record(false)).toEqual(["notebooks/a.ipynb  FAILED  1 of 3 cells  1.3 s\n"]);
  });

  it("is a line repainted in place on a terminal", () => {
    const [painted, erased, last] = record(true);
    expect(painted).toBe("notebooks/a.ipynb  starting the kernel \n"); // cut at the width of the terminal less one
    expect(erased).toBe("\u001b[1A\u001b[0J");
    expect(last).toBe("notebooks/a.ipynb  FAILED  1 of 3 cells  1.3 s\n");
  });
});
