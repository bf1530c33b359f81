import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { progressPath, readProgress } from "../../kernel-utils/src/exercise/progressFile";
import { progressWritten, recordTry } from "../../kernel-utils/src/exercise/progressStore";

const folder = mkdtempSync(path.join(tmpdir(), "align-progress-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  process.env.ALIGN_PROGRESS = undefined;
  delete process.env.ALIGN_PROGRESS;
});
const made = (id: string, status: "passed" | "failed", mistake?: string) =>
  recordTry({ id, status, mistake, message: "", cases: [], ...(status === "failed" ? { hintNumber: 1 } : {}) });

it("keeps tries, hints and mistakes, and adds to what another kernel wrote meanwhile", async () => {
  const file = path.join(folder, "progress.json");
  process.env.ALIGN_PROGRESS = file;
  made("dpo-loss", "failed", "exchanged");
  await progressWritten();
  const other = { status: "passed", tries: 1, hintsUsed: 0, mistakes: [] };
  const before = readProgress(file, () => {});
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, exercises: { ...before, perplexity: other } }));
  made("dpo-loss", "passed");
  await progressWritten();
  expect(readProgress(file, () => {})).toMatchObject({
    "dpo-loss": { status: "passed", tries: 2, hintsUsed: 1, mistakes: ["exchanged"] },
    perplexity: other,
  });
});
it("keeps a damaged file aside and says where", () => {
  const file = path.join(folder, "damaged.json");
  writeFileSync(file, '{"schemaVersion": 1, "exer');
  const notes: string[] = [];
  expect(readProgress(file, (text) => notes.push(text))).toEqual({});
  expect(notes[0]).toMatch(/is damaged .*it is kept as .*damaged\.json\.damaged-\d+/);
  expect(readdirSync(folder).some((name) => name.startsWith("damaged.json.damaged-"))).toBe(true);
});
it("is nobody's in tests, in CI and where it is switched off", () => {
  expect(progressPath({ JEST_WORKER_ID: "1" })).toBeUndefined();
  expect(progressPath({ CI: "true" })).toBeUndefined();
  expect(progressPath({ ALIGN_PROGRESS: "off" })).toBeUndefined();
  expect(progressPath({})).toMatch(/\.cache.progress\.json$/);
});
