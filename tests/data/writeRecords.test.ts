/** Writing records: round trip, validation before the first byte, and never half a file. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type PreferenceRecord, readRecords, writeRecords } from "kernel-utils";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "write-records-"));
  file = path.join(folder, "pairs.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pairs: PreferenceRecord[] = Array.from({ length: 2500 }, (_, id) => ({
  prompt: id % 2 ? `question ${id} ?` : [{ role: "user", content: `Frage ${id} — „ä“\n\u2028?` }],
  chosen: "yes .",
  rejected: "no .",
  margin: id / 7 - 100,
  annotators: ["chosen", "tie"],
  extra: { id, list: [null, true, "x"] },
}));

describe("writeRecords", () => {
  it("writes what readRecords gives back, field for field", async () => {
    await writeRecords("preference", file, pairs);
    expect(await readRecords("preference", file)).toEqual(pairs);
  });

  it("writes the same bytes when it writes what it read", async () => {
    await writeRecords("preference", file, pairs);
    const first = await readFile(file);
    await writeRecords("preference", file, await readRecords("preference", file));
    expect((await readFile(file)).equals(first)).toBe(true);
  });

  it("leaves nothing but the file", async () => {
    await writeRecords("preference", file, pairs);
    expect(await readdir(folder)).toEqual(["pairs.jsonl"]);
  });

  it("refuses a bad record by its number and leaves the old file as it was", async () => {
    await writeFile(file, "old\n");
    const bad = [...pairs.slice(0, 2), { ...pairs[2], margin: Number.NaN }];
    await expect(writeRecords("preference", file, bad)).rejects.toThrow(`${file}: record 3: "margin" is NaN`);
    expect(await readFile(file, "utf8")).toBe("old\n");
    expect(await readdir(folder)).toEqual(["pairs.jsonl"]);
  });

  it("cleans up and says so where the last step fails", async () => {
    await mkdir(file); // a folder in the file's place cannot be renamed over
    await expect(writeRecords("preference", file, pairs)).rejects.toMatchObject({ code: "bad-file" });
    expect(await readdir(folder)).toEqual(["pairs.jsonl"]);
  });

  it("names a folder that is not there", async () => {
    const lost = path.join(folder, "nowhere", "pairs.jsonl");
    await expect(writeRecords("preference", lost, pairs)).rejects.toThrow(`${lost}: cannot be written`);
  });
});
