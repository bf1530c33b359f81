import { readFileSync } from "node:fs";
import { failureLines, type NotebookReport, runNotebooks } from "../../kernel-utils/src/runner";
import { executedCells, fixture, printed, temporaryFolder } from "./fixtures";

/** Our own kernel says itself what went wrong; with plain tslab the probe finds out. */
const kernels = ["alignment", "tslab"] as const;
type Kernel = (typeof kernels)[number];

/** Notebooks that are wrong in one way each: how the line about them ends, by kernel where it differs, and which cells ran. */
const wrong: Record<string, { says: RegExp | Record<Kernel, RegExp>; statuses: string[] }> = {
  "throwing-cell": {
    says: /\[throws, line 5\]: RangeError: no beta 7$/, // below an interface, which the code that runs has no lines for
    statuses: ["passed", "failed", "not-run"],
  },
  "type-error": {
    says: /\[mistyped, line 2\]: TS2345: Argument of type 'string' is not assignable to parameter of type 'number\[\]'\.$/,
    statuses: ["passed", "failed", "not-run"],
  },
  "unhandled-rejection": {
    says: /\[floating, line 3\]: unhandled rejection of a promise this cell started: Error: cannot load prefs\.jsonl$/,
    statuses: ["failed", "not-run"],
  },
  "late-rejection": {
    says: /\[starts, line 3\]: unhandled rejection of a promise this cell started: TypeError: late, and nobody waits$/,
    statuses: ["failed", "passed", "not-run"],
  },
  "late-timer": {
    says: /\[starts-timer, line 2\]: uncaught in a timer .* this cell started: RangeError: thrown 400 ms later$/,
    statuses: ["failed", "passed"],
  },
  "endless-loop": {
    says: /\[spins\]: still running after 3 s \(an endless loop, .*\); it was interrupted; raise --cell-timeout/,
    statuses: ["failed", "not-run"],
  },
  "endless-loop-after-await": {
    says: {
      alignment: /\[spins\]: still running after 3 s .*; it was interrupted; raise/,
      tslab: /\[spins\]: still running after 3 s .*; it did not heed the interrupt, so the kernel was killed; raise/,
    },
    statuses: ["failed", "not-run"],
  },
  "never-settling-await": {
    says: /\[waits\]: still running after 3 s \(.*an await that never settles\); it was interrupted; raise/,
    statuses: ["failed", "not-run"],
  },
  "kernel-exits": {
    says: /\[leaves, line 2\]: the kernel died while this cell ran: it exited with code 3, by a call of process\.exit$/,
    statuses: ["failed", "not-run"],
  },
  "kernel-killed": {
    says: /\[is-killed\]: the kernel died while this cell ran: it was ended by SIGKILL \(.*memory runs out\)$/,
    statuses: ["failed", "not-run"],
  },
  "wrong-expectation": {
    says: {
      alignment: /\[expects, line 2\]: expected to fail with TS2345, but failed with TS2339: .* type 'never'\.$/,
      tslab: /\[expects, line 2\]: expected to fail with TS2345, but failed with TS2531: Object is possibly 'null'\.$/,
    },
    statuses: ["failed"],
  },
  "expectation-not-met": {
    says: /\[expects, line 1\]: expected to fail with RangeError, but nothing went wrong; restore the mistake/,
    statuses: ["failed"],
  },
};

const unreadable: Record<string, RegExp> = {
  "invalid-json": /invalid-json\.ipynb:8:3: malformed JSON: /,
  "unknown-directive": /\[misspelt, line 1\]: unknown directive "expect-eror"; did you mean "expect-error"\?$/,
  "other-kernel": /this one asks for python3; set metadata\.kernelspec\.name to "alignment"$/,
  "no-such-file": /no-such-file\.ipynb: cannot be read: no such file; check the path$/,
};

const sources = new Map(Object.keys(wrong).map((name) => [name, readFileSync(fixture(name), "utf8")]));

/** Only these are given little time: on a busy machine the others could run out of it too. */
const hanging = ["endless-loop", "endless-loop-after-await", "never-settling-await"];

describe.each(kernels)("%s:", (kernel) => {
  const out = temporaryFolder();
  const reports = new Map<string, NotebookReport>();

  async function runAll(names: string[], options: { jobs: number; cellTimeoutSeconds?: number }): Promise<void> {
    const settings = { out, kernel, graceSeconds: 1, settleSeconds: 1, ...options };
    const report = await runNotebooks(names.map(fixture), settings);
    for (const [i, notebook] of report.notebooks.entries()) reports.set(names[i], notebook);
  }

  beforeAll(async () => {
    const others = [...Object.keys(wrong), ...Object.keys(unreadable)].filter((name) => !hanging.includes(name));
    await Promise.all([runAll(hanging, { jobs: 1, cellTimeoutSeconds: 3 }), runAll(others, { jobs: 2 })]);
  }, 180_000);

  describe.each(Object.entries(wrong))("%s.ipynb", (name, { says, statuses }) => {
    it("fails with one line that names the cell", () => {
      const lines = failureLines(reports.get(name)!);
      expect(lines).toEqual([expect.stringMatching(says instanceof RegExp ? says : says[kernel])]);
      expect(lines[0]).toContain(`${name}.ipynb [`);
      expect(reports.get(name)!.status).toBe("failed");
    });

    it("runs no cell behind the failed one", () => {
      expect(reports.get(name)!.cells.map(({ status }) => status)).toEqual(statuses);
    });

    it("leaves a copy in which the failed cell shows an error, and the source as it was", () => {
      const failed = reports.get(name)!.cells.find(({ status }) => status === "failed")!;
      const cells = executedCells(out, name);
      expect(cells[failed.id].outputs.filter(({ output_type }) => output_type === "error")).toHaveLength(1);
      expect(Object.values(cells).some((cell) => printed(cell).includes("must not run"))).toBe(false);
      expect(readFileSync(fixture(name), "utf8")).toBe(sources.get(name));
    });
  });

  it.each(Object.entries(unreadable))("%s.ipynb is unreadable, and says why", (name, says) => {
    const report = reports.get(name)!;
    expect(report.status).toBe("unreadable");
    expect(failureLines(report)).toEqual([expect.stringMatching(says)]);
    expect(report.executed).toBeUndefined();
  });

  it("keeps what a cell printed just before it ended the kernel", () => {
    expect(printed(executedCells(out, "kernel-exits").leaves)).toBe("about to leave\n");
  });
});
