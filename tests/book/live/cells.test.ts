/** Cells as the live page runs them: compiled by the compile worker's code, evaluated by the run worker's, here in Node. */
import { cellOf } from "../../../book/live/compiler/cells";
import { compileCell, syntaxProblems } from "../../../book/live/compiler/compileCell";
import { type CellRuntime, CellScope } from "../../../book/live/runner/cellScope";
import { cellUrl, describeError, type RanCell } from "../../../book/live/runner/describeError";

const modules: Record<string, unknown> = { lib: { double: (x: number) => 2 * x, default: "the default" } };

function notebook() {
  const runtime: CellRuntime = {
    value: undefined,
    defaultOf: (loaded) => (loaded as { default: unknown }).default,
    namespaceOf: (loaded) => loaded,
    load: async (require) => require(),
  };
  const scope = new CellScope({ __notebook: runtime, require: (name: string) => modules[name] });
  const ran = new Map<string, RanCell>();
  let number = 0;
  const run = async (source: string, id = "cell"): Promise<unknown> => {
    runtime.value = undefined;
    const code = compileCell(cellOf({ id, kind: "code", source }, 0));
    const url = cellUrl(id, ++number);
    ran.set(url, { cell: id, mappings: code.mappings });
    await scope.run(code, url);
    return runtime.value;
  };
  const failure = (source: string, id?: string) =>
    run(source, id).then(
      () => undefined,
      (error: unknown) => describeError(error, ran),
    );
  return { run, failure };
}

describe("cells of one notebook", () => {
  it("share names, and show the value of a last expression", async () => {
    const { run } = notebook();
    expect(await run("const a: number = 3;")).toBeUndefined();
    expect(await run("function twice(x: number): number { return 2 * x; }")).toBeUndefined();
    expect(await run("twice(a)")).toBe(6);
  });

  it("may declare a name again, and earlier functions see the new value", async () => {
    const { run } = notebook();
    await run(
      "const factor = 2; const scale = (x: number) => factor * help(x); function help(x: number) { return x; }",
    );
    await run("const factor = 10;");
    expect(await run("scale(4)")).toBe(40);
    await run("function help(x: number) { return x + 1; }");
    expect(await run("scale(4)")).toBe(50);
  });

  it("await at the top, take patterns and classes apart, and import under any name", async () => {
    const { run } = notebook();
    await run('import { double as two } from "lib"; import whole from "lib"; import * as all from "lib";');
    await run("const { x, ...rest } = await Promise.resolve({ x: 1, y: 2 }); class Point { at = rest.y; }");
    expect(await run("[two(x), whole, all.double(5), new Point().at, (await import('lib')).double(1)]")).toEqual([
      ...[2, "the default", 10, 2, 2],
    ]);
  });

  it("are strict code", async () => {
    const { run } = notebook();
    expect(await run("(function (this: unknown) { return this === undefined; })()")).toBe(true);
  });

  it("see no name of the worker's own code", async () => {
    const { run } = notebook();
    expect(await run("typeof compileCell + typeof modules + typeof evaluate")).toBe("undefinedundefinedundefined");
  });
});

describe("an error", () => {
  it("names the line that the learner wrote, through types that vanish", async () => {
    const { failure } = notebook();
    const told = await failure(
      "interface Gone {\n  x: number;\n}\nconst y: Gone = { x: 1 };\n  throw new RangeError('no');",
    );
    expect(told).toEqual({ name: "RangeError", message: "no", line: 5, column: 9, trace: ["[cell, line 5:9]"] });
  });

  it("lists the calls through other cells, innermost first", async () => {
    const { run, failure } = notebook();
    await run(
      "\nfunction fails(): never {\n  throw Object.assign(new Error('inside'), { code: 'bad-shape' });\n}",
      "first",
    );
    const told = await failure("const before = 1;\nfails();", "second");
    expect(told?.code).toBe("bad-shape");
    expect(told?.trace).toEqual(["[first, line 3:23]", "[second, line 2:1]"]);
  });

  it("may be anything that was thrown", async () => {
    const { failure } = notebook();
    expect(await failure("throw 'words';")).toEqual({ name: "thrown", message: "words", code: undefined, trace: [] });
    expect(await failure("throw null;")).toMatchObject({ message: "null" });
  });
});

it("a cell that does not parse is told with its line, and not run", () => {
  const [problem] = syntaxProblems(cellOf({ id: "broken", kind: "code", source: "const a = 1;\nconst b = = 2;" }, 0));
  expect(problem).toMatchObject({ cell: "broken", line: 2, column: 11, code: "TS1109" });
});
