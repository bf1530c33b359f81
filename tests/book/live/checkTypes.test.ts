/** Types of a notebook that is being changed: what stops a check stops it from there on, and no further up. */
import { notebookOf } from "../../../book/live/compiler/cells";
import { checkTypes } from "../../../book/live/compiler/checkTypes";

const problems = (...sources: string[]): string[] =>
  checkTypes(
    notebookOf(
      "try",
      sources.map((source, i) => ({ id: `c${i}`, kind: "code", source })),
    ),
  ).map(({ cell, code }) => `${cell.id} ${code}`);

const wrong = "const word: string = 1;";

describe("the type check of a live page", () => {
  it("sees through all cells", () => {
    expect(problems("const a = 1;", "const b: string = a;")).toEqual(["c1 TS2322"]);
  });

  it("finds a wrong type above a name that is declared again", () => {
    expect(problems("const a = 1;", wrong, "const a = 2;", "const c: string = 3;")).toEqual([
      "c1 TS2322",
      "c2 redeclared",
    ]);
  });

  it("finds a wrong type above a cell that does not parse", () => {
    expect(problems(wrong, "const b = = 2;")).toEqual(["c0 TS2322", "c1 TS1109"]);
  });

  it("takes { name }, which only one kernel loses", () => {
    expect(problems("const a = 1;", "const b = { a };", "const c: string = b.a;")).toEqual(["c2 TS2322"]);
  });
});
