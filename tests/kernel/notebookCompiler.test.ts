/** The compiler without a kernel: what it emits, and how it remembers cells. */
import { isComplete } from "../../kernel-utils/src/kernel/compile/isComplete";
import { NotebookCompiler } from "../../kernel-utils/src/kernel/compile/notebookCompiler";
import { temporaryFolder } from "../runner/fixtures";

const compiler = new NotebookCompiler(temporaryFolder());
beforeEach(() => compiler.reset());

/** Compiles a cell and takes it as run. @returns its JavaScript, or the codes of the compiler's objections */
function run(source: string, done?: string[]): string | number[] {
  const compilation = compiler.compile(source);
  if ("items" in compilation) return compilation.items.map(({ code }) => code);
  const { js } = compilation.cell;
  compiler.commit(
    compilation.number,
    done === undefined,
    done ?? [...js.matchAll(/done\("(.*?)"\)/g)].map(([, name]) => name),
  );
  return js;
}

it("shares what a cell declares and gives back its last value", () => {
  expect(run("const a = 1;\na + 1;")).toBe(
    'const a = 1;\n$cells.a = a;\n$kernel.done("a");\nreturn { value: a + 1 };\n',
  );
});

it("reads constants of its own where they stand, but through the shared object inside functions and later cells", () => {
  expect(run("const a = 1;\nconst f = () => a;")).toContain("const f = () => $cells.a;");
  expect(run("const b = a + a;")).toContain("const b = $cells.a + $cells.a;");
});

it("calls functions of earlier cells without a receiver", () => {
  run("function f(this: void) { return 1; }");
  expect(run("f();")).toContain("(0, $cells.f)()");
});

it("touches no property, parameter or label that is spelt like a variable", () => {
  run("const x = 1;");
  const source = "const g = (x: number) => ({ x: x, y: { x } });\nx: for (;;) break x;\n({ a: { x: 3 } }).a.x;";
  const js = run(source) as string;
  expect(js).not.toContain("$cells.x");
});

it("lets every loop look whether it should stop", () => {
  const js = run(
    "for (const i of [1]) for (let j = 0; j < i; j++) continue;\nwhile (false);\ndo {} while (false);\nfor (const k in {}) { k; }",
  ) as string;
  expect(js.match(/if \(\$stop\[0\]\)/g)).toHaveLength(5);
});

it("remembers of a failed cell what had got a value", () => {
  run("const got = 1;\nconst missed = 2;\ninterface Kept {}", ["got"]);
  expect(run("got;")).toContain("$cells.got");
  expect(run("missed;")).toEqual([2304]);
  expect(run("let k: Kept;")).not.toEqual([2304]);
});

it("forgets nothing when a cell is refused", () => {
  run("const a = 1;");
  expect(run('const a: string = "x".length;')).toEqual([2322]);
  expect(run("a.toFixed();")).toContain("$cells.a");
});

it("knows at the end of a cell what its last line knew, and forgets it when a variable is set again", () => {
  run("let model: { loss: number } | undefined;");
  expect(run("model.loss;")).toEqual([18048]);
  run("model = { loss: 1 };");
  expect(run("model.loss;")).toContain("$cells.model.loss");
  run("model = undefined as { loss: number } | undefined;");
  expect(run("model.loss;")).toEqual([18048]);
});

it("takes a type over exactly: brands, private members, unique symbols", () => {
  run(
    "class Locked { #key = 1; open(other: Locked) { return other.#key; } }\nconst brand: unique symbol = Symbol();\ntype Branded = { [brand]: true };",
  );
  run("const lock = new Locked();\nconst branded: Branded = { [brand]: true };");
  expect(run("lock.open(new Locked());\nbranded[brand] satisfies true;")).toContain(
    "$cells.lock.open(new $cells.Locked())",
  );
});

it.each([
  ["f(1)", "complete"],
  ["", "complete"],
  ["if (a) {\n\n", "complete"],
  ["const a = {", "incomplete"],
  ["f(1,", "incomplete"],
  ["`open", "incomplete"],
  ["/* open", "incomplete"],
  ["a +", "incomplete"],
  ['"open', "invalid"],
  ["}", "invalid"],
  ["let 3 = x", "invalid"],
])("says of %j that it is %s", (code, status) => {
  expect(isComplete(code).status).toBe(status);
});
