/** Values, rich output and printed text. */
import { temporaryFolder } from "../runner/fixtures";
import { printed, resultOf, TestKernel, typesOf } from "./testKernel";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start(temporaryFolder());
});

const publisher = 'const show = (globalThis as any)[Symbol.for("align.display")];\n';

it("echoes the input with its number and counts up", async () => {
  const [one, two] = [await kernel.execute("1"), await kernel.execute("2")];
  const [input] = one.all.filter(({ header }) => header.msg_type === "execute_input");
  expect(input.content).toMatchObject({ code: "1", execution_count: one.reply.execution_count });
  expect(two.reply.execution_count).toBe(Number(one.reply.execution_count) + 1);
});

it.each([
  ["6 * 7", "42"],
  ["null", "null"],
  ['"text"', "'text'"],
  ["({ a: [1, { b: 2 }] })", "{ a: [ 1, { b: 2 } ] }"],
  ["await Promise.resolve(3)", "3"],
  ["const value = 4;\nvalue; // a comment", "4"],
])("shows the value of the last expression: %s", async (code, text) => {
  expect(resultOf(await kernel.execute(code))).toEqual({ "text/plain": text });
});

it.each(["undefined", "const unused = 5;", "if (true) 5;", "// nothing", ""])("shows nothing for %j", async (code) => {
  expect(typesOf(await kernel.execute(code))).toEqual([]);
});

it("shows nothing for a value that gives an empty bundle of itself: it has been shown already", async () => {
  expect(typesOf(await kernel.execute('({ [Symbol.for("Jupyter.display")]: () => ({}) })'))).toEqual([]);
});

it("shows a value by the bundle it gives of itself, with metadata, and adds a text", async () => {
  const code = `({ [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "<b>1</b>", "image/png": new Uint8Array([1, 2]),
    "application/json": { a: 1 }, [Symbol.for("align.display.metadata")]: { "text/html": { isolated: true } } }), toString: () => "one" })`;
  const run = await kernel.execute(code);
  expect(resultOf(run)).toMatchObject({ "text/html": "<b>1</b>", "image/png": "AQI=", "application/json": { a: 1 } });
  expect(resultOf(run)).toHaveProperty(["text/plain"]);
  expect(run.messages[0].content.metadata).toEqual({ "text/html": { isolated: true } });
});

it("publishes, updates and clears displays", async () => {
  const id = '{ displayId: "area" }';
  const code = `${publisher}show.publish({ "text/plain": "1" }, ${id});\nshow.publish({ "text/plain": "2" }, { ...${id}, update: true });\nshow.clear(true);`;
  const { messages } = await kernel.execute(code);
  expect(messages.map(({ header, content }) => [header.msg_type, content])).toEqual([
    ["display_data", { data: { "text/plain": "1" }, metadata: {}, transient: { display_id: "area" } }],
    ["update_display_data", { data: { "text/plain": "2" }, metadata: {}, transient: { display_id: "area" } }],
    ["clear_output", { wait: true }],
  ]);
});

it("keeps tslab's display", async () => {
  const run = await kernel.execute(
    'import { display, newDisplay } from "tslab";\ndisplay.html("<i>a</i>");\nconst area = newDisplay();\narea.text("1");\narea.text("2");',
  );
  expect(typesOf(run)).toEqual(["display_data", "display_data", "update_display_data"]);
  expect(run.messages[0].content.data).toEqual({ "text/html": "<i>a</i>" });
});

it("keeps the order of printing and displaying, each stream for itself", async () => {
  const run = await kernel.execute(
    `${publisher}console.log(1);\nconsole.error(2);\nshow.publish({ "text/plain": "3" });\nconsole.log(4);\n5`,
  );
  expect(run.messages.map(({ content }) => content.text ?? Object.values(content.data as object)[0])).toEqual([
    "1\n",
    "2\n",
    "3",
    "4\n",
    "5",
  ]);
});

it("prints 10,000 lines in a few messages, and loses none", async () => {
  const run = await kernel.execute('for (let i = 0; i < 10_000; i++) console.log("line " + i);');
  expect(printed(run)).toBe(Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(""));
  expect(run.messages.length).toBeLessThan(100);
});

it("shows what a cell prints while it still computes", async () => {
  const id = await kernel.start(
    'const wait = (ms: number) => { for (const end = Date.now() + ms; Date.now() < end; ); };\nconsole.log("early");\nwait(100);\nconsole.log("on the way");\nwait(1500);',
  );
  const started = Date.now();
  await kernel.answer(id);
  const { messages } = await kernel.answer(id);
  const first = Date.parse(messages[0].header.date);
  expect(Date.now() - first).toBeGreaterThan(1000);
  expect(started).toBeLessThanOrEqual(Date.now());
});

it("gives late output to the cell that started it", async () => {
  const id = await kernel.start('setTimeout(() => console.log("from the first"), 200);');
  await kernel.answer(id);
  const other = await kernel.execute(
    'await new Promise((resolve) => setTimeout(resolve, 500));\nconsole.log("from the second");',
  );
  expect(printed(other)).toBe("from the second\n");
  expect(printed(await kernel.answer(id))).toBe("from the first\n");
});

it("shows what processes print that a cell starts", async () => {
  const run = await kernel.execute(
    'import { execSync } from "node:child_process";\nexecSync("echo from a shell", { stdio: "inherit" });\nawait new Promise((resolve) => setTimeout(resolve, 200));',
  );
  expect(printed(run)).toBe("from a shell\n");
});

it("is silent when asked to be, and does not count", async () => {
  const before = (await kernel.execute("1")).reply.execution_count;
  const run = await kernel.execute("console.log(1);\n2", { silent: true });
  expect(typesOf(run)).toEqual([]);
  expect(run.all.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
  expect(run.reply).toMatchObject({ status: "ok", execution_count: before });
  expect((await kernel.execute("3", { store_history: false })).reply.execution_count).toBe(before);
});

it("evaluates user_expressions after the cell, each for itself", async () => {
  const { reply } = await kernel.execute("const seven = 7;", {
    user_expressions: { good: "seven + 1", bad: "missing", thrown: "(() => { throw new RangeError('x'); })()" },
  });
  expect(reply.user_expressions).toMatchObject({
    good: { status: "ok", data: { "text/plain": "8" } },
    bad: { status: "error", ename: "TS2304" },
    thrown: { status: "error", ename: "RangeError", evalue: "x" },
  });
});
