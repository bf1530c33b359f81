import path from "node:path";
import { parseNotebook } from "../../kernel-utils/src/notebook/source/format";
import { describeProblem } from "../../kernel-utils/src/notebook/source/problem";
import { codeProblems } from "../../kernel-utils/src/notebook/source/types";
import { notebookText, type TestCell } from "./notebookText";

/** As if the notebooks lay in notebooks/, so that packages are found from there. */
const file = path.join(__dirname, "../../notebooks/n.ipynb");
const problemsOf = (...notebooks: TestCell[][]): string[][] =>
  codeProblems(notebooks.map((cells) => parseNotebook(notebookText(cells), file))).map((problems) =>
    problems.map((problem) => describeProblem("n.ipynb", problem)),
  );

const stub: TestCell = [
  "stub",
  "//| exercise: half (difficulty 1, minutes 1)\nconst half = (x: number): number => later();",
];
const later: TestCell = ["todo", "function later(): never { throw new Error(); }"];
const check: TestCell = ["check", "//| check: half\nhalf(2).toFixed();"];
const solution = (source: string): TestCell => ["solution", `//| solution: half\n${source}`];

/** Every case below is one notebook of one program: the libraries are read once. */
const cases: Record<string, { cells: TestCell[]; problems: string[] }> = {
  "accepts names, types and packages across cells": {
    cells: [
      [
        "a",
        'import * as tf from "@tensorflow/tfjs";\nimport { table } from "arquero";\nimport * as math from "mathjs";',
      ],
      ["b", "interface Pair { w: number }\nconst x: tf.Tensor1D = tf.tensor1d([math.abs(-1)]);\nawait x.data();"],
      ["c", "const pair: Pair = { w: 1 };\nconst t = table({ a: [pair.w] });\nt.numRows();"],
    ],
    problems: [],
  },
  "is strict, and names cell, line and column": {
    cells: [
      ["a", "const n: number = 2;"],
      ["b", "const twice = (x) => 2 * x;\n\nconst s: string = n;"],
    ],
    problems: [
      "n.ipynb [b, line 1:16]: Parameter 'x' implicitly has an 'any' type. (TS7006)",
      "n.ipynb [b, line 3:7]: Type 'number' is not assignable to type 'string'. (TS2322)",
    ],
  },
  "finds a name used above its cell, in closures, shorthands and types too": {
    cells: [
      [
        "sweep",
        "const f = () => betas[0];\nconst o = { betas };\nlet s: Shape | undefined;\nconst other = { x: { betas: 1 } }.x.betas;",
      ],
      ["betas", "const betas = [0.1];\ninterface Shape { n: number }"],
      ["below", "const local = (betas2: number[]) => { const later = betas2; return later; };\nbetas.length;"],
      ["last", "const later = 1;"],
    ],
    problems: [
      "n.ipynb [sweep, line 1:17]: betas is used before its cell; move it below [betas]",
      "n.ipynb [sweep, line 2:13]: betas is used before its cell; move it below [betas]",
      "n.ipynb [sweep, line 3:8]: Shape is used before its cell; move it below [betas]",
    ],
  },
  "takes a name declared in two cells for an error, in its own words": {
    cells: [
      ["one", "const n = 1;"],
      ["two", "function n() {}"],
    ],
    problems: [
      "n.ipynb [two, line 1:10]: n is already declared in [one]; choose another name, or two orders of running mean two things",
    ],
  },
  "says where the kernel would lose a name: alone in an object, from an earlier cell": {
    cells: [
      ["one", "const beta = 0.1;"],
      ["two", "const wrong = { beta };\nconst right = { beta: beta };"],
      ["own", "const f = (beta: number) => ({ beta });"],
    ],
    problems: [
      "n.ipynb [two, line 1:17]: the kernel loses beta of [one] in the shorthand { beta }; write { beta: beta }",
    ],
  },
  "reports a cell that does not parse, and not its neighbours": {
    cells: [
      ["open", "const f = (x: number) => [x;"],
      ["closed", "f(1);"],
    ],
    problems: ["n.ipynb [open, line 1:28]: ',' expected. (TS1005)"],
  },
  "refuses what the kernel cannot run": {
    cells: [
      ["e", "export const a = 1;"],
      ["i", 'import { b } from "./b";'],
      ["f", "for await (const x of [1]) {}"],
    ],
    problems: [
      "n.ipynb [e, line 1:1]: a cell exports nothing, the kernel refuses it; remove the word export",
      'n.ipynb [i, line 1:1]: cells import packages by name, not the file "./b"; move it to kernel-utils',
      "n.ipynb [f, line 1:1]: the kernel cannot run a top-level for await; put the loop in an async function and await that",
    ],
  },
  "puts a solution in the place of its stub and still checks the stub": {
    cells: [later, stub, check, solution("const half = (x: number): number => x / 2;")],
    problems: [],
  },
  "finds a type error in a stub": {
    cells: [
      later,
      ["stub", stub[1].replace("=> later()", "=> 'x'")],
      check,
      solution("const half = (x: number): number => x / 2;"),
    ],
    problems: ["n.ipynb [stub, line 2:37]: Type 'string' is not assignable to type 'number'. (TS2322)"],
  },
  "wants a solution to define what its stub defines": {
    cells: [later, stub, check, solution("const halve = (x: number): number => x / 2;")],
    problems: [
      "n.ipynb [solution, line 1:1]: this solution does not define half, which its stub [stub] does; define it",
    ],
  },
  "wants a check and a solution for every exercise": {
    cells: [later, stub],
    problems: [
      "n.ipynb [stub, line 1:1]: no cell is the check of this exercise; add one that begins //| check: half",
      "n.ipynb [stub, line 1:1]: no cell is the solution of this exercise; add one that begins //| solution: half",
    ],
  },
  "lets a cell fail with the type error it announces": {
    cells: [
      ["a", "//| expect-error: TS2322\nconst s: string = 3;"],
      ["b", "//| expect-error: TS1005\nconst t = [1;"],
    ],
    problems: [],
  },
  "refuses an announced type error that does not happen, or another": {
    cells: [
      ["a", "//| expect-error: TS2322\nconst s = 3;"],
      ["b", "//| expect-error: TS2345\nconst t: string = 3;"],
    ],
    problems: [
      "n.ipynb [b, line 2:7]: Type 'number' is not assignable to type 'string'. (TS2322)",
      "n.ipynb [a, line 1:1]: expected the type error TS2322, found none",
      "n.ipynb [b, line 1:1]: expected the type error TS2345, found another one",
    ],
  },
};

describe("the strict program of a notebook", () => {
  const names = Object.keys(cases);
  const found = problemsOf(...names.map((name) => cases[name].cells));
  it.each(names)("%s", (name) => expect(found[names.indexOf(name)]).toEqual(cases[name].problems));
});
