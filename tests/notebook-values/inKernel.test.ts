import { failureLines, runNotebooks } from "../../kernel-utils/src/runner";
import { type ExecutedCell, executedCells, fixture, temporaryFolder } from "../runner/fixtures";

let cells: Record<string, ExecutedCell>;

beforeAll(async () => {
  const out = temporaryFolder();
  const { notebooks } = await runNotebooks([fixture("self-showing")], { out, settleSeconds: 1 });
  expect(notebooks.flatMap(failureLines)).toEqual([]);
  cells = executedCells(out, "self-showing");
}, 120_000);

/** All that a reader of plain text gets from a cell, whether its value comes as a result or is printed. */
const textOf = (id: string): string =>
  cells[id].outputs.flatMap(({ text, data }) => text ?? (data?.["text/plain"] as string[] | undefined) ?? []).join("");

describe("as the last expression of a cell in a real kernel", () => {
  it("a tensor shows its values", () =>
    expect(textOf("tensor").trimEnd()).toBe("Tensor float32 [2, 2]\n  1    2\n  3  NaN\nmin 1, mean 2, max 3, NaN 1"));

  it("an Arquero table shows its rows, though Arquero is loaded after kernel-utils", () =>
    expect(textOf("arquero").trimEnd()).toBe(
      "Table of 2 rows and 2 columns\nmethod   gold\ndpo      1.25\nsft     −0.50",
    ));

  it("a derivation shows all its lines, after each was shown by itself", () => {
    expect(cells.derivation.outputs.map(({ data }) => data && Object.keys(data)).slice(0, 2)).toEqual([
      ["text/markdown", "text/plain"],
      ["text/markdown", "text/plain"],
    ]);
    expect(textOf("derivation").match(/b\.1 {2}\(a \+ c\) \* \(a - c\)/g)).toHaveLength(2);
    expect(textOf("derivation")).toContain("Derivation b: 2 lines, ✓ all hold\n");
    expect(textOf("one-line")).toMatch(
      /^b\.2 {2}a \^ 2 - c \^ 2\n {4}third binomial — ✓ follows from b\.1 on 96 draws/,
    );
  });

  it("a check shows once", () => {
    expect(textOf("checked").match(/dpo-loss/g)).toHaveLength(1);
    expect(textOf("checked").match(/which side of σ/g)).toHaveLength(1);
  });
});

it("progress leaves one short output, without times", () =>
  expect(cells.progress.outputs).toMatchObject([
    { output_type: "display_data", data: { "text/plain": ["SFT: 20 steps"] } },
  ]));
