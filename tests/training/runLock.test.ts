/** Two processes never write into one run's folder, and a dead one does not keep it. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { SftTrainer } from "../../kernel-utils/src/training";
import { RunLock } from "../../kernel-utils/src/training/run/runLock";
import { useTestBackend } from "../tensor/support";
import { freshModel, letters, tokenizer } from "./rollouts/bandit";

jest.setTimeout(60_000); // several runs a test, on a machine that may be busy

let scratch: string;
beforeAll(useTestBackend);
beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), "align-lock-"));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(scratch, { recursive: true });
});

const lockFile = () => path.join(scratch, "lock.json");
const leave = (holder: object) =>
  writeFileSync(lockFile(), JSON.stringify({ host: hostname(), since: "then", ...holder }));
/** The number of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

it("is held until it is released, in this process too", async () => {
  const lock = await RunLock.take(scratch);
  expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
  await expect(RunLock.take(scratch)).rejects.toThrow(`process ${process.pid} on ${hostname()} has trained here since`);
  await lock.release();
  expect(existsSync(lockFile())).toBe(false);
  await (await RunLock.take(scratch)).release();
});

it("is given to one of many that ask at once", async () => {
  leave({ pid: deadPid() });
  const asked = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.take(scratch)));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

it("stands while its process lives, and is taken over when that is killed", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  try {
    leave({ pid: child.pid });
    await expect(RunLock.take(scratch)).rejects.toThrow(
      new RegExp(`process ${child.pid} on .* since then; wait for it, choose another folder, or delete .*lock.json`),
    );
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    const lock = await RunLock.take(scratch);
    expect(lock.takenOver).toMatchObject({ pid: child.pid, since: "then" });
    await lock.release();
    expect(readdirSync(scratch)).toEqual([]);
  } finally {
    child.kill("SIGKILL");
  }
});

it("of another machine stands, and one that is half written does not", async () => {
  leave({ pid: deadPid(), host: "elsewhere" });
  await expect(RunLock.take(scratch)).rejects.toThrow(/on elsewhere has trained here/);
  for (const half of ["", '{"pid": 1']) {
    writeFileSync(lockFile(), half);
    await (await RunLock.take(scratch)).release();
  }
});

it("keeps a second run out of the folder of one that goes on, and says whose folder it took over", async () => {
  const records = letters.map((prompt) => ({ prompt, completion: prompt }));
  const folder = path.join(scratch, "run");
  const sft = () => new SftTrainer({ model: freshModel(), tokenizer, records, steps: 2, batchSize: 2, progress: true });
  const written: string[] = [];
  jest.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const refused: unknown[] = [];
  const onStep = async ({ step }: { step: number }) => {
    if (step === 1)
      await sft()
        .run({ folder, resume: true })
        .catch((error) => refused.push(error));
  };
  const whole = await sft().run({ folder, onStep });
  expect(String(refused[0])).toMatch(/has trained here since/);
  expect(existsSync(path.join(folder, "lock.json"))).toBe(false);

  const pid = deadPid();
  writeFileSync(path.join(folder, "lock.json"), JSON.stringify({ pid, host: hostname(), since: "then" }));
  const again = await sft().run({ folder, resume: true });
  expect(again.metrics).toEqual(whole.metrics);
  expect(again.warnings).toEqual(whole.warnings); // a run is the same with and without
  expect(written.join("")).toMatch(
    `SftTrainer note: process ${pid}, which began here at then, is gone; its lock is taken over`,
  );
});
