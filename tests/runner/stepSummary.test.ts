/** The page of a step: learners' text is shown as text, and a large class does not make it too large to be shown. */
import { type CopyGrades, gradesStepSummary, runStepSummary } from "../../kernel-utils/src/runner";
import { summarise } from "../../kernel-utils/src/runner/report";

const copy = (learner: string, message = "β is missing"): CopyGrades => ({
  ...{ learner, file: `${learner}.ipynb`, notebook: "n.ipynb" },
  grades: [
    { exercise: "loss", status: "failed", message, seconds: 1 },
    { exercise: "gradient", status: "passed", message: "", seconds: 1 },
    { exercise: "mean", status: "not-attempted", message: "", seconds: 0 },
  ],
});

it("counts for each learner and says what failed", () => {
  const lines = gradesStepSummary([copy("ada")]).split("\n");
  expect(lines).toContain("| ada | 1 | 1 | 1 |");
  expect(lines).toContain("| ada | loss | β is missing |");
  expect(gradesStepSummary([{ ...copy("bo"), grades: [], problem: "cannot be read" }])).toContain(
    "| bo | — | cannot be read |",
  );
});

it("shows markup in a learner's text as text", () => {
  const text = gradesStepSummary([copy("eve", "a | b\n<img src=x> `c` [d](e) @f & g")]);
  expect(text).toContain("| eve | loss | a \\| b &lt;img src=x> \\`c\\` \\[d\\](e) \\@f &amp; g |");
});

it("stays within what GitHub shows", () => {
  const text = gradesStepSummary(Array.from({ length: 5000 }, (_, i) => copy(`learner ${i}`, "x".repeat(2000))));
  expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
  expect(text).toContain("4800 more are in the report.");
});

it("has a row a notebook", () => {
  const failure = { name: "RangeError", message: "RangeError: no", line: 3, details: "" };
  const cells = [
    { id: "one", index: 0, status: "passed" as const, seconds: 1 },
    { id: "two", index: 1, status: "failed" as const, seconds: 1, failure },
  ];
  const report = summarise([{ path: "n.ipynb", status: "failed", seconds: 2, cells, warnings: [] }], 2);
  expect(runStepSummary(report)).toContain("| n.ipynb | failed | 1 of 2 | n.ipynb \\[two, line 3\\]: RangeError: no |");
});
