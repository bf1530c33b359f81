/** What the kernel says when a cell goes wrong. */
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../runner/fixtures";
import { printed, TestKernel, traceback, typesOf } from "./testKernel";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start(temporaryFolder());
});

const named = (cellId: string) => ({ cellId });

it("names class, message and the line the learner wrote, with the lines around it", async () => {
  const source =
    'interface Pair { a: number }\n\nconst pick = (pair: Pair): number => {\n  throw new RangeError("no " + pair.a);\n};';
  await kernel.execute(source, {}, named("helpers"));
  const run = await kernel.execute("// a comment\nconst chosen = pick({ a: 7 });", {}, named("uses-it"));
  expect(run.reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "no 7" });
  expect(typesOf(run)).toEqual(["error"]);
  expect(traceback(run)).toBe(
    [
      "RangeError: no 7",
      "",
      "[helpers] line 4",
      "  2 | ",
      "  3 | const pick = (pair: Pair): number => {",
      '> 4 |   throw new RangeError("no " + pair.a);',
      "    |         ^",
      "  5 | };",
      "",
      "    at pick ([helpers]:4:9)",
      "    at [uses-it]:2:20",
    ].join("\n"),
  );
});

it("gives every type error of a cell with its code and line, and runs nothing of the cell", async () => {
  const run = await kernel.execute('console.log("must not run");\nconst a: string = 3;\nMath.sqrt("4");');
  expect(run.reply).toMatchObject({ status: "error", ename: "TS2322" });
  expect(typesOf(run)).toEqual(["error"]);
  expect(traceback(run)).toMatch(
    /TS2322: Type 'number'[\s\S]*> 2 \| const a[\s\S]*TS2345: Argument[\s\S]*> 3 \| Math\.sqrt\("4"\);\n.*\^\^\^/,
  );
});

it("points at a syntax error where it is, also at the end of the cell", async () => {
  const run = await kernel.execute("const pair = {\n  a: 1,");
  expect(traceback(run)).toMatch(/TS1005: '}' expected\.[\s\S]*> 2 \| {3}a: 1,/);
});

it("makes a promise that is rejected and never awaited the cell's own error", async () => {
  const run = await kernel.execute('const work = async () => { throw new TypeError("lost"); };\nvoid work();\n"value"');
  expect(run.reply).toMatchObject({ status: "error", ename: "TypeError", evalue: "lost" });
  expect(typesOf(run).sort()).toEqual(["error", "execute_result"]);
});

it("gives an error out of a timer to the cell that started it, long after its reply", async () => {
  const id = await kernel.start('const timer = setTimeout(() => { throw new Error("late"); }, 300);');
  expect((await kernel.answer(id)).reply.status).toBe("ok");
  const later = await kernel.execute("await new Promise((resolve) => setTimeout(resolve, 500));\nconsole.log(1);");
  expect(later.reply.status).toBe("ok");
  expect(typesOf(later)).toEqual(["stream"]);
  const { messages } = await kernel.answer(id);
  expect(messages.map(({ content }) => content.evalue)).toEqual(["late"]);
});

describe("for a front end that nobody sits at (no stdin)", () => {
  const batch = { allow_stdin: false };

  it("holds the reply until the cell's timers have fired, so that their errors are in it", async () => {
    const run = await kernel.execute('setTimeout(() => { throw new Error("late"); }, 300);\n"started"', batch);
    expect(run.reply).toMatchObject({ status: "error", evalue: "late" });
  });

  it("does not wait for timers that are far away", async () => {
    const begun = Date.now();
    expect((await kernel.execute("const far = setTimeout(() => {});", batch)).reply.status).toBe("ok");
    expect(Date.now() - begun).toBeLessThan(20_000);
  });

  it("tells of an earlier cell's failure in the next reply", async () => {
    await kernel.execute('setTimeout(() => { throw new Error("much later"); }, 2500);', batch);
    await sleep(3000);
    const run = await kernel.execute("1", batch);
    expect(run.reply).toMatchObject({ status: "error", evalue: "much later" });
    expect((await kernel.execute("1", batch)).reply.status).toBe("ok");
  });
});

it("aborts what was queued behind a failing cell, and says so in the protocol's spelling", async () => {
  const ids = [await kernel.start('throw new Error("first")'), await kernel.start("1"), await kernel.start("2")];
  const runs = await Promise.all(ids.map((id) => kernel.answer(id)));
  expect(runs.map(({ reply }) => reply.status)).toEqual(["error", "aborted", "aborted"]);
  expect(runs[1].messages).toEqual([]);
  expect((await kernel.execute("3")).reply.status).toBe("ok");
});

it("goes on with the queue where stop_on_error is off", async () => {
  const ids = [await kernel.start('throw new Error("first")', { stop_on_error: false }), await kernel.start("1")];
  const runs = await Promise.all(ids.map((id) => kernel.answer(id)));
  expect(runs.map(({ reply }) => reply.status)).toEqual(["error", "ok"]);
});

it("shows a failure that the cell says it teaches, and goes on", async () => {
  const run = await kernel.execute("//| expect-error: RangeError\nnew Array(-1);");
  expect(run.reply.status).toBe("ok");
  expect(typesOf(run)).toEqual(["stream"]);
  expect(printed(run, "stderr")).toContain("Invalid array length");
  expect((await kernel.execute("//| expect-error: TS2345\nMath.sqrt('4');")).reply.status).toBe("ok");
});

it("fails when a taught failure does not happen, or another does", async () => {
  const none = await kernel.execute("//| expect-error: RangeError\n1;");
  expect(none.reply).toMatchObject({ status: "error", ename: "ExpectedError" });
  const other = await kernel.execute("//| expect-error: RangeError\nnull!.x;");
  expect(other.reply).toMatchObject({ status: "error", ename: "TS2339" });
});

it.each([
  ["a string", 'throw "plain"', "string", "plain"],
  ["null", "throw null", "null", "null"],
  ["a frozen error", 'throw Object.freeze(new TypeError("frozen"))', "TypeError", "frozen"],
  ["an object whose getters throw", "throw { get message() { throw 1; }, get name() { throw 2; } }", "Error", ""],
])("survives %s that is thrown", async (_, code, ename, evalue) => {
  expect((await kernel.execute(code)).reply).toMatchObject({ status: "error", ename, evalue });
});

it("names the learner's variables in the engine's own messages", async () => {
  await kernel.execute("const notCallable = 1 as unknown as () => void;");
  expect((await kernel.execute("notCallable();")).reply.evalue).toBe("notCallable is not a function");
});

it("prints stacks with the cell's lines also where a cell prints an error itself", async () => {
  const run = await kernel.execute(
    '\ntry { throw new Error("seen"); } catch (error) { console.log((error as Error).stack); }',
    {},
    named("prints"),
  );
  expect(printed(run)).toBe("Error: seen\n    at [prints]:2:13\n");
});

it("keeps what a failed cell had declared before it failed, and no more", async () => {
  await kernel.execute('const before = 1;\nif (before) throw new Error("stop");\nconst after = 2;');
  expect((await kernel.execute("before")).reply.status).toBe("ok");
  expect((await kernel.execute("after")).reply.ename).toBe("TS2304");
});
