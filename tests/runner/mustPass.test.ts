import { readdirSync, readFileSync } from "node:fs";
import { failureLines, type RunReport, runNotebooks } from "../../kernel-utils/src/runner";
import { executedCells, fixture, printed, temporaryFolder } from "./fixtures";

describe.each(["alignment", "tslab"])("%s:", (kernel) => {
  const isOurs = kernel === "alignment";
  const out = temporaryFolder();
  let report: RunReport;

  beforeAll(async () => {
    const names = ["passing", "expected-errors", "much-output"];
    report = await runNotebooks(names.map(fixture), { out, kernel, jobs: 3, settleSeconds: 1 });
  }, 120_000);

  it("passes every notebook that is right", () => {
    expect(report.notebooks.flatMap(failureLines)).toEqual([]);
    expect(report).toMatchObject({ passed: 3, failed: 0, unreadable: 0 });
  });

  it("leaves only the executed copies in the folder", () => {
    expect(readdirSync(out).sort()).toEqual(["expected-errors.ipynb", "much-output.ipynb", "passing.ipynb"]);
  });

  describe("passing.ipynb, executed", () => {
    const cells = () => executedCells(out, "passing");

    it("joins what a cell prints, each stream for itself", () => {
      expect(printed(cells().prints)).toBe("one\ntwo\n");
      expect(printed(cells().prints, "stderr")).toBe("to stderr\n");
    });

    it("keeps displays before what is printed after them", () => {
      const [shown, value] = cells().shows.outputs;
      expect(shown).toMatchObject({ output_type: "display_data", data: { "text/html": ["<b>bold</b>"] } });
      expect(value.text ?? value.data!["text/plain"]).toEqual([isOurs ? "[ 1, 4, 9 ]" : "[ 1, 4, 9 ]\n"]);
    });

    it("shows an updated display once, with its last content", () => {
      expect(cells().updates.outputs.map(({ data }) => data)).toEqual([{ "text/plain": ["second"] }]);
    });

    it("waits for what a timer prints after the last cell", () => {
      expect(printed(cells()["late-output"])).toBe("printed by a timer after the last cell\n");
    });

    it("counts the cells and times them", () => {
      expect(Object.values(cells()).map((cell) => cell.execution_count)).toEqual([1, 2, 3, 4, 5, 6]);
      const { execution } = cells().awaits.metadata;
      const [began, ended] = ["iopub.status.busy", "shell.execute_reply"].map((key) => Date.parse(execution![key]));
      expect(ended - began).toBeGreaterThanOrEqual(20); // the cell sleeps 20 ms
    });

    it("is the source apart from outputs, counts and times", () => {
      const plain = (text: string) => {
        const notebook = JSON.parse(text);
        for (const cell of notebook.cells)
          for (const key of ["outputs", "execution_count", "metadata"]) delete cell[key];
        return notebook;
      };
      expect(plain(readFileSync(`${out}/passing.ipynb`, "utf8"))).toEqual(
        plain(readFileSync(fixture("passing"), "utf8")),
      );
    });
  });

  describe("expected-errors.ipynb, executed", () => {
    const cells = () => executedCells(out, "expected-errors");

    it("runs the cell sent right after an expected failure, which the kernel drops for 200 ms", () => {
      expect(printed(cells()["runs-after-type-mistake"])).toBe("ran after the type error\n");
      expect(printed(cells()["runs-after-range-mistake"])).toBe("ran after the range error\n");
      expect(printed(cells()["runs-at-last"])).toBe("ran at last\n");
    });

    it("shows readers a stack with lines of the cell and no paths of this machine", () => {
      const [error] = cells()["range-mistake"].outputs;
      if (isOurs) {
        expect(error).toMatchObject({ output_type: "error", ename: "RangeError", evalue: "Invalid array length" });
        expect(error.traceback!.at(-1)).toBe("    at [range-mistake]:2:1");
        return;
      }
      const stack = printed(cells()["range-mistake"], "stderr");
      expect(stack).toBe("RangeError: Invalid array length\n    at [range-mistake]:2:1\n");
    });
  });

  it("keeps every one of 3000 lines printed in one go, six times what the kernel's socket takes", () => {
    const lines = printed(executedCells(out, "much-output")["prints-much"]).trim().split("\n");
    expect(lines).toEqual(Array.from({ length: 3000 }, (_, i) => `line ${i}`));
  });

  it("keeps all of 1500 displays made in one go", () => {
    expect(executedCells(out, "much-output")["shows-much"].outputs).toHaveLength(1500);
  });
});
