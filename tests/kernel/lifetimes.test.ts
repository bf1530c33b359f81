/** Processes: what happens when one of them ends, and that none is left. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../runner/fixtures";
import { isAlive } from "../runner/processes";
import { printed, resultOf, TestKernel, until } from "./testKernel";

const start = () => TestKernel.start(temporaryFolder());

async function pidOfCells(kernel: TestKernel): Promise<number> {
  return Number(resultOf(await kernel.execute("process.pid"))!["text/plain"]);
}

it.each([
  ["process.exit", "process.exit(3)", /exited with code 3, by a call of process\.exit; every variable is gone/],
  ["SIGKILL", 'process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});', /was ended by SIGKILL/],
  ["a crash", "process.abort()", /was ended by SIGABRT/],
])(
  "survives a cell that ends its process by %s: an error that names the cell, then a fresh process",
  async (_, code, evalue) => {
    const kernel = await start();
    await kernel.execute("const gone = 1;");
    const first = await pidOfCells(kernel);
    const run = await kernel.execute(`console.log("last words");\n${code}`, {}, { cellId: "deadly" });
    expect(run.reply).toMatchObject({ status: "error", ename: "KernelDied", evalue: expect.stringMatching(evalue) });
    expect(printed(run)).toContain("last words\n");
    expect((await kernel.execute("gone")).reply.ename).toBe("TS2304");
    expect(await pidOfCells(kernel)).not.toBe(first);
    expect(isAlive(first)).toBe(false);
  },
  60_000,
);

it("survives the death of the process between cells, and blames the cell that started it", async () => {
  const kernel = await start();
  const id = await kernel.start("setTimeout(() => process.exit(5), 200);");
  await kernel.answer(id);
  await until(() =>
    kernel.published.some(({ header, parent_header }) => header.msg_type === "error" && parent_header.msg_id === id),
  );
  expect((await kernel.execute("1")).reply.status).toBe("ok");
});

it("shuts down on request with a reply, and leaves no process, not even one that a cell started", async () => {
  const kernel = await start();
  const cells = await pidOfCells(kernel);
  const code =
    'import { spawn } from "node:child_process";\nconst child = spawn("sleep", ["300"], { stdio: "ignore" });\nchild.pid';
  const child = Number(resultOf(await kernel.execute(code))!["text/plain"]);
  const { reply } = await kernel.request("shutdown_request", { restart: true }, "control");
  expect(reply).toEqual({ status: "ok", restart: true });
  await until(() => kernel.child.exitCode !== null, 10);
  expect(kernel.child.exitCode).toBe(0);
  await until(() => !isAlive(cells) && !isAlive(child), 5);
});

it("leaves no process when it is killed while a cell loops", async () => {
  const kernel = await start();
  const cells = await pidOfCells(kernel);
  await kernel.start("while (true) {}");
  await sleep(500);
  kernel.child.kill("SIGKILL");
  await until(() => !isAlive(cells), 5);
});

it("ends when its parent is killed", async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "pid");
  const parent = `const { spawn } = require("node:child_process"); const [command, ...args] = process.argv.slice(1);
    const child = spawn(command, args, { stdio: "ignore" }); require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid)); setInterval(() => {}, 1000);`;
  const kernel = await TestKernel.start(folder, [process.execPath, "-e", parent]);
  expect(existsSync(file)).toBe(true);
  const server = Number(readFileSync(file, "utf8"));
  const cells = await pidOfCells(kernel);
  kernel.child.kill("SIGKILL");
  await until(() => !isAlive(server) && !isAlive(cells), 10);
});

it("ignores messages that are malformed or signed with another key, and goes on", async () => {
  const kernel = await start();
  for (const frames of [
    [],
    ["x"],
    ["<IDS|MSG>"],
    ["<IDS|MSG>", "wrong", "{}", "{}", "{}", "{}"],
    ["<IDS|MSG>", "", "{", "{", "{", "{"],
  ]) {
    await kernel.shell.send(frames.length > 0 ? frames : [""]);
    await kernel.control.send(frames.length > 0 ? frames : [""]);
  }
  expect((await kernel.execute("1")).reply.status).toBe("ok");
  await until(() => /no valid signature/.test(kernel.stderr), 5);
});

it("keeps two kernels apart", async () => {
  const [one, two] = await Promise.all([start(), start()]);
  await Promise.all([one.execute("const which = 1;"), two.execute("const which = 2;")]);
  const [first, second] = await Promise.all([one.execute("which"), two.execute("which")]);
  expect([resultOf(first), resultOf(second)]).toEqual([{ "text/plain": "1" }, { "text/plain": "2" }]);
});
