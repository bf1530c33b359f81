/** TypeScript over several cells. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../runner/fixtures";
import { resultOf, TestKernel, traceback } from "./testKernel";

const project = temporaryFolder();
const notebooks = path.join(project, "notebooks");
const write = (name: string, text: string): void => {
  const file = path.join(project, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};
write(
  "notebooks/beside.ts",
  "export const beside = (x: number): number => x + 1;\nexport interface Shape { size: number }\n",
);
write(
  "above.ts",
  'import { beside } from "./notebooks/beside";\nexport const above = beside(1);\nexport default class Above {}\n',
);
write("broken.ts", "export const broken: string = 3;\n");
write(
  "node_modules/only-exports/package.json",
  JSON.stringify({
    name: "only-exports",
    exports: { ".": { types: "./a.d.ts", default: "./a.cjs" }, "./sub": { types: "./a.d.ts", default: "./a.cjs" } },
  }),
);
write("node_modules/only-exports/a.d.ts", "export declare const answer: number;\n");
write("node_modules/only-exports/a.cjs", "exports.answer = 42;\n");
write(
  "node_modules/waits/package.json",
  JSON.stringify({ name: "waits", type: "module", exports: { import: "./a.js" }, types: "./a.d.ts" }),
);
write("node_modules/waits/a.js", "export const waited = await Promise.resolve(7);\nexport default 8;\n");
write(
  "node_modules/waits/a.d.ts",
  "export declare const waited: number;\ndeclare const eight: number;\nexport default eight;\n",
);

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start(notebooks);
});

/** Runs cells in order; all but the last have to succeed. @returns the text of the last one's value, or its error */
async function run(...cells: string[]): Promise<string> {
  for (const cell of cells.slice(0, -1)) expect(await kernel.execute(cell)).toMatchObject({ reply: { status: "ok" } });
  const last = await kernel.execute(cells.at(-1)!);
  return last.reply.status === "ok" ? String(resultOf(last)?.["text/plain"]) : traceback(last);
}

it.each<[what: string, cells: string[], result: string | RegExp]>([
  ["a name of an earlier cell in shorthand", ["const rate = 0.1;", "({ rate }).rate"], "0.1"],
  ["shorthand in a pattern that assigns", ["let taken = 1;", "({ taken } = { taken: 5 });\ntaken"], "5"],
  [
    "variables that earlier cells declared with let",
    ["let sum = 0;", "for (const x of [1, 2]) sum += x;\nsum++;", "sum"],
    "4",
  ],
  [
    "a constant that may not be assigned",
    ["const fixed = 1;", "fixed = 2;"],
    /TS2588: Cannot assign to 'fixed' because it is a constant/,
  ],
  ["names declared anew", ["const again = 1;", 'const again = "now a text";\nagain.length'], "10"],
  [
    "a function that sees a name declared anew",
    ["const factor = 2;", "const scaled = (x: number) => x * factor;", "const factor = 3;", "scaled(5)"],
    "15",
  ],
  [
    "functions used above their declaration, and by each other",
    [
      "even(4);\nfunction even(n: number): boolean { return n === 0 || odd(n - 1); }\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }",
      "odd(7)",
    ],
    "true",
  ],
  [
    "a recursive arrow function",
    ["const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));", "factorial(5)"],
    "120",
  ],
  [
    "classes, enums and namespaces",
    [
      "class Base { static made = new Base(); x = 1; }\nenum Side { Left = 3 }\nnamespace Space { export const y = Side.Left; }",
      "class Derived extends Base {}\nnew Derived().x + Space.y + Side.Left",
    ],
    "7",
  ],
  [
    "types and interfaces of earlier cells",
    ["interface Pair { a: number }\ntype Both = Pair & { b: string };", 'const pair: Both = { a: 1, b: "x" };\npair'],
    "{ a: 1, b: 'x' }",
  ],
  [
    "patterns with defaults and rests",
    [
      "const { p, q = p + 1, ...others } = { p: 1, z: 9 } as { p: number; q?: number; z: number };\nconst [first, , third = 5] = [1, 2];",
      "[p, q, others.z, first, third]",
    ],
    "[ 1, 2, 9, 1, 5 ]",
  ],
  [
    "what an earlier cell found out about a type",
    ["const maybe = [1, 2].find((x) => x > 1);\nif (maybe === undefined) throw new Error();", "maybe.toFixed(1)"],
    "'2.0'",
  ],
  ["strict types", ["const untyped = (x) => x;"], /TS7006: Parameter 'x' implicitly has an 'any' type/],
  [
    "for await at the top level",
    ["const seen: number[] = [];\nfor await (const x of [Promise.resolve(1), 2]) seen.push(x);", "seen"],
    "[ 1, 2 ]",
  ],
  ["import type", ['import type { Shape } from "./beside";\nconst shape: Shape = { size: 2 };', "shape.size"], "2"],
  [
    "a type imported without saying so",
    ['import { Shape, beside } from "./beside";\nconst other: Shape = { size: beside(2) };\nother.size'],
    "3",
  ],
  [
    "a file beside the notebook, by any spelling",
    [
      'import { beside as b1 } from "./beside";\nimport { beside as b2 } from "./beside.js";\nimport { beside as b3 } from "./beside.ts";\nb1(1) + b2(1) + b3(1)',
    ],
    "6",
  ],
  [
    "a file above the notebook's folder",
    ['import Above, { above } from "../above";\n[above, Above.name]'],
    "[ 2, 'Above' ]",
  ],
  [
    "the type errors of such a file",
    ['import { broken } from "../broken";'],
    /TS2322: Type 'number' is not assignable to type 'string'\.\n\n\.\.\/broken\.ts line 1/,
  ],
  [
    "a package that only declares exports",
    ['import { answer } from "only-exports";\nimport * as sub from "only-exports/sub";\nanswer + sub.answer'],
    "84",
  ],
  ["an ES module that awaits while it loads", ['import eight, { waited } from "waits";\n[eight, waited]'], "[ 8, 7 ]"],
  [
    "Node's own modules, and require",
    [
      'import fs, { existsSync } from "node:fs";\nimport path = require("node:path");\n[fs.existsSync === existsSync, path.sep, require("node:os") !== undefined]',
    ],
    "[ true, '/', true ]",
  ],
  [
    "import() and import.meta",
    ['const { sep } = await import("node:path");\n[sep, import.meta.dirname === __dirname]'],
    "[ '/', true ]",
  ],
  ["a cell written as library source", ["export const exported = 1;\nexport default exported + 1;"], "2"],
  ["using", ["{\n  using held = { [Symbol.dispose]() { console.log(1); } };\n  void held;\n}", '"after"'], "'after'"],
  [
    "generics, satisfies and const type parameters",
    ["const only = <const T,>(x: T) => x;\nconst table = { a: 1 } satisfies Record<string, number>;\nonly([table.a])"],
    "[ 1 ]",
  ],
  ["a module that is not there", ['import x from "no-such-package";'], /TS2307: Cannot find module 'no-such-package'/],
  [
    "names that hide globals, without harm to others",
    ["const process = 5;\nconst console = 6;", 'import { format } from "node:util";\nformat("%d", process + console)'],
    "'11'",
  ],
])("%s", async (_, cells, result) => {
  expect(await run(...cells)).toEqual(typeof result === "string" ? result : expect.stringMatching(result));
});

it("sees a project file's change at the next import", async () => {
  write("notebooks/changing.ts", "export const value = 1;\n");
  expect(await run('import { value } from "./changing";\nvalue')).toBe("1");
  write("notebooks/changing.ts", 'export const value: string = "two";\n');
  expect(await run('import { value } from "./changing";\nvalue.length')).toBe("3");
});
