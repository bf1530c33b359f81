/** The committed records of the world, made from one fixed seed; nothing here writes a file. */
const { createWorld, Random } = require("kernel-utils");

/** Which prompts are held out; the course's models and notebooks ask the same world. */
const WORLD_SEED = 0;
/** What the records are drawn from. Each file has a stream of its own, so one can grow without changing the others. */
const DATA_SEED = "alignment notebooks: world data";

/** Every file: its kind of record, how many there are, and how they are made. */
const FILES = [
  { name: "instructions.train.jsonl", kind: "instruction", make: "demonstrations", split: "train", count: 2000 },
  { name: "instructions.heldOut.jsonl", kind: "instruction", make: "demonstrations", split: "heldOut", count: 300 },
  { name: "preferences.train.jsonl", kind: "preference", make: "preferences", split: "train", count: 2000 },
  { name: "preferences.heldOut.jsonl", kind: "preference", make: "preferences", split: "heldOut", count: 300 },
  { name: "feedback.train.jsonl", kind: "feedback", make: "feedback", split: "train", count: 1500 },
  { name: "documents.train.txt", kind: "document", make: "documents", split: "train", count: 1500 },
];

/** The world, and each file with its records (`kind` "document": plain strings). */
function makeWorldData() {
  const world = createWorld(WORLD_SEED);
  const files = FILES.map((file) => {
    const random = new Random(DATA_SEED).fork(file.name);
    const records =
      file.make === "documents"
        ? world.documents(file.count, random)
        : world[file.make](file.split, file.count, random);
    return { ...file, records };
  });
  return { world, files };
}

module.exports = { makeWorldData, FILES, WORLD_SEED, DATA_SEED };
