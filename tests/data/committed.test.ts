/** The committed data: every line valid, and byte for byte what `npm run world` would write today. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { REWARD_WEIGHTS, type RecordKind, readDocuments, readRecords, type Split, type World } from "kernel-utils";

const data = path.join(__dirname, "../../data");
const { makeWorldData } = require("../../scripts/worldData.cjs");
const { generateWorld } = require("../../scripts/generate-world.cjs");
interface DataFile {
  name: string;
  kind: "instruction" | "preference" | "feedback" | "document";
  split: Split;
  count: number;
}
const { world, files }: { world: World; files: DataFile[] } = makeWorldData();
const recordFiles = files.filter(({ kind }) => kind !== "document");

describe("data/", () => {
  it("is what its script writes (else: npm run world)", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "world-"));
    try {
      const written: { name: string; bytes: number }[] = await generateWorld(folder);
      // Folders inside data/ are made by others, ratings by people, results of measurements; so is the bibliography.
      const all = await readdir(data, { withFileTypes: true });
      const files = all.filter((entry) => entry.isFile() && entry.name !== "bibliography.json");
      expect((await readdir(folder)).sort()).toEqual(files.map(({ name }) => name).sort());
      for (const { name } of written) {
        const [fresh, committed] = await Promise.all([folder, data].map((at) => readFile(path.join(at, name))));
        expect([name, fresh.equals(committed)]).toEqual([name, true]);
      }
      expect(written.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(2_000_000);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is drawn the same twice in one process", () => expect(makeWorldData().files).toEqual(files));

  it.each(recordFiles)(
    "$name: every line is a valid record of a prompt of its split",
    async ({ name, kind, split, count }) => {
      const { records, issues } = await readRecords(kind as RecordKind, path.join(data, name), {
        onBadRecord: "collect",
      });
      expect(issues).toEqual([]);
      expect(records.length).toBe(count);
      expect(records.filter(({ prompt }) => world.describe(prompt as string).split !== split)).toEqual([]);
    },
  );

  it("documents: one a line, of words of the world", async () => {
    const documents = await readDocuments(path.join(data, "documents.train.txt"));
    expect(documents.length).toBe(1500);
    const words = new Set(documents.flatMap((text) => text.split(" ")));
    expect([...words].filter((word) => !world.vocabulary.includes(word))).toEqual([]);
  });

  it("the data card states the formula of the gold reward and names every annotator and family", async () => {
    const card = await readFile(path.join(data, "README.md"), "utf8");
    for (const [name, weight] of Object.entries(REWARD_WEIGHTS)) expect(card).toContain(`${weight} ${name}`);
    for (const { name } of [...world.annotators, ...world.families]) expect(card).toContain(`| ${name} |`);
  });
});
