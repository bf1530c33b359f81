/** Stopping a cell, whatever it is doing, with its variables kept. */
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../runner/fixtures";
import { resultOf, TestKernel, until } from "./testKernel";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start(temporaryFolder());
  await kernel.execute("let kept = 1;");
});

it.each([
  ["a loop", "while (true) {}"],
  ["a loop in a function it calls", "const spin = () => { for (;;); };\nspin();"],
  ["a loop behind an await", "await null;\nlet steps = 0;\nwhile (true) steps++;"],
  [
    "a loop in an async function, behind an await",
    "const forever = async () => { await null; do {} while (true); };\nawait forever();",
  ],
  ["a library's computation", "JSON.stringify(Array.from({ length: 1e9 }, (_, i) => i));"],
  ["an await that never settles", "await new Promise(() => {});"],
  ["a wait for a timer", "await new Promise((resolve) => setTimeout(resolve, 60_000));"],
  ["a thread that sleeps", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"],
])(
  "interrupts %s",
  async (_, code) => {
    const id = await kernel.start(`kept++;\n${code}\nconsole.log("must not run");`);
    await until(() =>
      kernel.published.some(
        ({ header, parent_header }) => parent_header.msg_id === id && header.msg_type === "execute_input",
      ),
    );
    await sleep(1000);
    const { reply } = await kernel.request("interrupt_request", {}, "control");
    expect(reply).toEqual({ status: "ok" });
    const run = await kernel.answer(id);
    expect(run.reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(run.messages.map(({ header }) => header.msg_type)).toEqual(["error"]);
    expect(Number(resultOf(await kernel.execute("kept"))!["text/plain"])).toBeGreaterThan(1);
  },
  60_000,
);

it("stops loops that go on in the background", async () => {
  await kernel.execute(
    "let rounds = 0;\nconst tick = async () => { while (true) { rounds++; await new Promise((resolve) => setTimeout(resolve, 20)); } };\nvoid tick();",
  );
  const id = await kernel.start("await new Promise(() => {});");
  await sleep(500);
  await kernel.request("interrupt_request", {}, "control");
  await kernel.answer(id);
  await sleep(200);
  const count = async () => Number(resultOf(await kernel.execute("rounds"))!["text/plain"]);
  const before = await count();
  expect(before).toBeGreaterThan(0);
  await sleep(200);
  expect(await count()).toBe(before);
});

it("drops what was queued", async () => {
  const ids = [await kernel.start("await new Promise(() => {});"), await kernel.start("1")];
  await sleep(500);
  await kernel.request("interrupt_request", {}, "control");
  const runs = await Promise.all(ids.map((id) => kernel.answer(id)));
  expect(runs.map(({ reply }) => reply.status)).toEqual(["error", "aborted"]);
});

it("ends the process of code that cannot be broken off, when interrupted again, and says that variables are gone", async () => {
  // A regular expression that backtracks for ages, behind an await: neither a signal nor a flag reaches it.
  const id = await kernel.start('await null;\n/^(a+)+$/.test("a".repeat(40) + "b");');
  await sleep(1000);
  await kernel.request("interrupt_request", {}, "control");
  await sleep(2500);
  await kernel.request("interrupt_request", {}, "control");
  const run = await kernel.answer(id);
  expect(run.messages[0].content.text).toMatch(/interrupt again to end its process, which loses all variables/);
  expect(run.reply).toMatchObject({ ename: "KernelDied", evalue: expect.stringMatching(/every variable is gone/) });
  expect((await kernel.execute("kept")).reply.ename).toBe("TS2304");
  expect((await kernel.execute("1")).reply.status).toBe("ok");
});

it("does nothing while no cell runs", async () => {
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.execute("let i = 0;\nwhile (i < 10) i++;\ni")).reply.status).toBe("ok");
});
