import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { check, progress } from "../../kernel-utils/src/exercise";
import { progressRows } from "../../kernel-utils/src/exercise/progress";
import { type Entries, progressPath, readProgress } from "../../kernel-utils/src/exercise/progressFile";
import { currentProgress, progressWritten, recordTry } from "../../kernel-utils/src/exercise/progressStore";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";

beforeAll(async () => {
  tf.env().set("IS_TEST", true);
  await tf.setBackend("cpu");
});

const folder = mkdtempSync(path.join(tmpdir(), "align-progress-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  delete process.env.ALIGN_PROGRESS;
});
const made = (id: string, status: "passed" | "failed", mistake?: string) =>
  recordTry({ id, status, mistake, message: "", cases: [], ...(status === "failed" ? { hintNumber: 1 } : {}) });
const fresh = (name: string): string => {
  process.env.ALIGN_PROGRESS = path.join(folder, name, "progress.json");
  return process.env.ALIGN_PROGRESS;
};
const entries = (file: string): Entries => readProgress(file, () => {});
const fileText = (exercises: unknown): string => JSON.stringify({ schemaVersion: 1, exercises });

it("keeps tries, hints and mistakes, and adds to what another kernel wrote meanwhile", async () => {
  const file = fresh("two-kernels");
  made("dpo-loss", "failed", "exchanged");
  await progressWritten();
  const other = { status: "passed", tries: 1, hintsUsed: 0, mistakes: [] };
  writeFileSync(file, fileText({ ...entries(file), perplexity: other }));
  made("dpo-loss", "passed");
  await progressWritten();
  expect(entries(file)).toMatchObject({
    "dpo-loss": { status: "passed", tries: 2, hintsUsed: 1, mistakes: ["exchanged"] },
    perplexity: other,
  });
});

describe("a damaged file", () => {
  it.each([
    ["cut short", '{"schemaVersion": 1, "exer', /is damaged .*JSON/],
    ["of another version", '{"schemaVersion": 2, "exercises": {}}', /schemaVersion is 2, not 1/],
    ["that is null", "null", /schemaVersion is undefined, not 1/],
    ["with half an entry", fileText({ sft: { status: "passed" } }), /sft is malformed/],
  ])("%s is kept aside, and a note says where", (name, text, reason) => {
    const file = path.join(folder, `${name.replace(/ /g, "-")}.json`);
    writeFileSync(file, text);
    const notes: string[] = [];
    expect(readProgress(file, (note) => notes.push(note))).toEqual({});
    expect(notes[0]).toMatch(reason);
    expect(notes[0]).toMatch(/it is kept as .*\.json\.damaged-\d+, and a new one begins$/);
    expect(readdirSync(folder).some((found) => found.startsWith(`${path.basename(file)}.damaged-`))).toBe(true);
  });
  it("is left where it is by those who only look, and moved by the next try", async () => {
    const file = fresh("looked-at");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "{");
    expect(() => currentProgress(file)).toThrow(/JSON/);
    expect(readdirSync(path.dirname(file))).toEqual(["progress.json"]);
    const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
    made("dpo-loss", "failed");
    await progressWritten();
    expect(warn.mock.calls.flat().join()).toMatch(/is damaged/);
    warn.mockRestore();
    expect(readdirSync(path.dirname(file))).toEqual(["progress.json", expect.stringMatching(/\.damaged-\d+$/)]);
    expect(entries(file)["dpo-loss"].tries).toBe(1);
  });
});

it("takes over the lock of a kernel that died, and leaves none itself", async () => {
  const file = fresh("stale");
  mkdirSync(`${file}.lock`, { recursive: true });
  const minuteAgo = Date.now() / 1000 - 60;
  utimesSync(`${file}.lock`, minuteAgo, minuteAgo);
  made("dpo-loss", "passed");
  await progressWritten();
  expect(readdirSync(path.dirname(file))).toEqual(["progress.json"]);
});

it("shows every exercise of the course: where, how often, with what help, which mistakes and when", () => {
  const at = "2026-01-02T12:34:56.000Z";
  const entry = {
    status: "passed",
    tries: 3,
    hintsUsed: 1,
    mistakes: ["exchanged", "overflow"],
    lastTried: at,
  } as const;
  const rows = progressRows({ "dpo-loss": { ...entry, mistakes: [...entry.mistakes], lastPassed: at } });
  const local = new Date(at).toLocaleString("sv-SE").slice(0, 16); // 2026-01-02 12:34, wherever the test runs
  expect(rows.find(({ exercise }) => exercise === "dpo-loss")).toEqual({
    exercise: "dpo-loss",
    notebook: "06-dpo",
    status: "passed",
    tries: 3,
    "hints used": expect.stringMatching(/^1 of \d$/),
    "mistakes seen": "exchanged, overflow",
    "last tried": local,
    "last passed": local,
  });
  expect(rows.find(({ exercise }) => exercise === "perplexity")).toMatchObject({ status: "not attempted", tries: 0 });
});

it("begins anew when the learner deletes the file it names", async () => {
  const file = fresh("deleted");
  const shown = () => recordDisplay(() => progress()).all("text/html");
  made("dpo-loss", "passed");
  await progressWritten();
  expect(shown()).toContain(file);
  expect(shown().match(/>passed</g)).toHaveLength(1);
  rmSync(file);
  expect(shown()).not.toMatch(/>passed</);
  made("dpo-loss", "failed");
  await progressWritten();
  expect(entries(file)["dpo-loss"]).toMatchObject({ status: "failed", tries: 1 });
});

it("goes on with the hints where the kernel before this one was", async () => {
  const file = fresh("restarted");
  const wrong = () => 1;
  const hintNumber = (id: string): number | undefined => {
    let number: number | undefined;
    recordDisplay(() => {
      number = check(id, wrong).hintNumber;
    });
    return number;
  };
  mkdirSync(path.dirname(file), { recursive: true });
  const before = { status: "failed", tries: 1, hintsUsed: 1, mistakes: [] };
  writeFileSync(file, fileText({ perplexity: before, "dpo-loss": { ...before, status: "passed" } }));
  expect(hintNumber("perplexity")).toBe(2);
  expect(hintNumber("dpo-loss")).toBe(1); // passed once: whoever tries again is asked to think again
  expect(hintNumber("dpo-gradient")).toBe(1);
  await progressWritten();
  expect(entries(file).perplexity).toMatchObject({ tries: 2, hintsUsed: 2 });
});

it("is nobody's in tests, in CI and where it is switched off", () => {
  expect(progressPath({ JEST_WORKER_ID: "1" })).toBeUndefined();
  expect(progressPath({ CI: "true" })).toBeUndefined();
  expect(progressPath({ ALIGN_PROGRESS: "off" })).toBeUndefined();
  expect(progressPath({})).toMatch(/\.cache.progress\.json$/);
});
