/** Progress as several kernels keep it, and where it cannot be kept; real processes, so this needs the built package. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const dist = path.join(__dirname, "..", "..", "kernel-utils", "dist", "exercise");
const folder = mkdtempSync(path.join(tmpdir(), "align-processes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** As a learner's kernel: no test lane's and no CI's environment, and ALIGN_PROGRESS only where it is given. */
function node(script: string, given: NodeJS.ProcessEnv, cwd = folder, limit = "unlimited"): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...given };
  const child = spawn("sh", ["-c", `ulimit -f ${limit}; exec "$0" -e "$1"`, process.execPath, script], { env, cwd });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (text.stdout += data));
  child.stderr.on("data", (data) => (text.stderr += data));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...text })));
}

const store = `const { recordTry, progressWritten } = require(${JSON.stringify(path.join(dist, "progressStore"))});`;
const fiftyTries = (name: string): string => `${store}
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  (async () => {
    for (let i = 0; i < 50; i++) {
      recordTry({ id: "dpo-loss", status: "failed", mistake: "${name}-" + i, hintNumber: 1, message: "", cases: [] });
      recordTry({ id: "${name}-" + i, status: "passed", message: "", cases: [] });
      await pause(); // so that the writings of the two interleave
    }
    await progressWritten();
  })();`;
const checked = `const { check } = require(${JSON.stringify(path.join(dist, "index"))});
  const { progressWritten } = require(${JSON.stringify(path.join(dist, "progressStore"))});
  for (let i = 0; i < 2; i++) console.log(check("perplexity", () => 1).status);
  progressWritten();`;

it("two kernels that write fifty tries each at once lose none", async () => {
  const file = path.join(folder, "shared", "progress.json");
  const both = await Promise.all(["ada", "ben"].map((name) => node(fiftyTries(name), { ALIGN_PROGRESS: file })));
  expect(both).toEqual([0, 1].map(() => ({ code: 0, stdout: "", stderr: "" })));
  const { exercises } = JSON.parse(readFileSync(file, "utf8"));
  expect(Object.keys(exercises)).toHaveLength(101);
  expect(exercises["dpo-loss"].tries).toBe(100);
  expect(new Set(exercises["dpo-loss"].mistakes).size).toBe(100);
  expect(readdirSync(path.dirname(file))).toEqual(["progress.json"]); // neither lock nor part of a file
}, 120_000);

describe("the check goes on, and says once why progress is not kept,", () => {
  const complaint = (code: string) =>
    new RegExp(`progress: cannot be kept: ${code}.*; the checks work all the same`, "g");
  it("where the folder cannot be made", async () => {
    const file = path.join(folder, "a-file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await node(checked, { ALIGN_PROGRESS: path.join(file, "progress.json") });
    expect({ code, verdicts: stdout.match(/^failed$/gm) }).toEqual({ code: 0, verdicts: ["failed", "failed"] });
    expect(stderr.match(complaint("ENOTDIR|EEXIST"))).toHaveLength(1);
  }, 60_000);
  it("where no byte more can be written", async () => {
    const inside = path.join(folder, "full");
    mkdirSync(inside);
    const given = { ALIGN_PROGRESS: path.join(inside, "progress.json") };
    const { code, stdout, stderr } = await node(checked, given, folder, "0");
    expect({ code, verdicts: stdout.match(/^failed$/gm) }).toEqual({ code: 0, verdicts: ["failed", "failed"] });
    expect(stderr.match(complaint("EFBIG"))).toHaveLength(1);
    expect(readdirSync(inside)).toEqual([]);
  }, 60_000);
  it("where the lock can never be had", async () => {
    const file = path.join(folder, "locked.json");
    writeFileSync(`${file}.lock`, "a file, which no kernel makes");
    const old = `require("node:fs").utimesSync(${JSON.stringify(`${file}.lock`)}, 1, 1);`;
    const { code, stdout, stderr } = await node(old + checked, { ALIGN_PROGRESS: file });
    expect({ code, verdicts: stdout.match(/^failed$/gm) }).toEqual({ code: 0, verdicts: ["failed", "failed"] });
    expect(stderr.match(complaint(".*was left behind and cannot be removed .*delete it"))).toHaveLength(1);
  }, 60_000);
});

it("a kernel in a course folder keeps progress there; CI and a test lane do not", async () => {
  const course = path.join(folder, "course");
  mkdirSync(path.join(course, "notebooks"), { recursive: true });
  writeFileSync(path.join(course, "package.json"), "{}");
  const kept = path.join(course, ".cache", "progress.json");
  await node(checked, { CI: "true" }, course);
  await node(checked, { JEST_WORKER_ID: "1" }, course);
  expect(existsSync(kept)).toBe(false);
  await node(checked, {}, course);
  expect(JSON.parse(readFileSync(kept, "utf8")).exercises.perplexity).toMatchObject({ status: "failed", tries: 2 });
}, 120_000);
