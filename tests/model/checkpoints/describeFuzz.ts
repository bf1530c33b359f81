import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { CourseError } from "../../../kernel-utils/src/errors";
import {
  type LanguageModel,
  loadCheckpoint,
  loadLlama2c,
  saveCheckpoint,
  saveLlama2c,
} from "../../../kernel-utils/src/model";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { readTokenizer, Tokenizer } from "../../../kernel-utils/src/text";
import { tinyModel } from "../tinyModel";
import { blindMutation, headerMutation, jsonMutation, type Mutation } from "./mutations";
import { readPlainly } from "./plainReader";

jest.setTimeout(600_000); // thousands of files are written and read, on a machine that others use too

let parent: string;
beforeAll(() => useBackend("wasm"));
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "fuzz-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const words = Tokenizer.fromWords(["a", "b", "c", "d", "e"]);
const bytePairs = readTokenizer(
  JSON.parse(readFileSync(join(__dirname, "../../fixtures/tokenizers/byteLevelBpe.json"), "utf8")).tokenizer,
  { bos_token: "<s>", eos_token: "</s>", chat_template: "{{ messages[0]['content'] }}" },
);

/** Runs the loader; anything but a model or one line that names a file of the folder is a failure of the test. */
async function outcomeOf<T>(load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof CourseError)) throw new Error(`not a CourseError: ${error}`, { cause: error });
    expect(error.message.slice(0, parent.length)).toBe(parent);
    expect(error.message.slice(parent.length)).toMatch(/^\/[\w./-]+: [^\r\n]{5,400}; [^\r\n]{5,100}$/);
    return undefined;
  }
}

/** The weights are those that the damaged files hold, read without our reader. */
function checkWeights(model: LanguageModel, folder: string): void {
  const shards = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  const said = shards.flatMap((name) => readPlainly(readFileSync(join(folder, name))));
  for (const [name, parameter] of model.parameters) {
    const found = said.find((tensor) => tensor.name === name)!;
    expect({ name, shape: parameter.shape, values: [...parameter.dataSync()] }).toEqual({
      name,
      shape: found.shape,
      values: found.values,
    });
  }
}

/** Damages one file after another in the same way, and restores it. */
async function fuzz(
  folder: string,
  files: readonly string[],
  mutation: fc.Arbitrary<Mutation>,
  numRuns: number,
): Promise<{ read: number; refused: number }> {
  const counts = { read: 0, refused: 0 };
  const property = fc.asyncProperty(fc.constantFrom(...files), mutation, async (file, mutate) => {
    const path = join(folder, file);
    const whole = readFileSync(path);
    writeFileSync(path, mutate(whole));
    try {
      const loaded = await outcomeOf(() => loadCheckpoint(folder));
      counts[loaded ? "read" : "refused"] += 1;
      if (loaded) checkWeights(loaded.model, folder);
      loaded?.model.dispose();
    } finally {
      writeFileSync(path, whole);
    }
  });
  await fc.assert(property, { numRuns, seed: 2026 });
  return counts;
}

const onText =
  (change: (text: string) => string): Mutation =>
  (bytes) =>
    Buffer.from(change(bytes.toString()));
const onJson = jsonMutation.map(onText);
const jsonFiles = ["config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json", "run.json"];

/** @param scale 1 for some hundred damaged files; the tests' names say how many it is */
export function describeFuzz(scale: number): void {
  describe.each([
    ["one file in float32, the course's tokenizer", 11, words, {}],
    ["three shards in bfloat16, a byte-level tokenizer", 300, bytePairs, { dtype: "bfloat16", maxShardBytes: 5000 }],
  ] as const)("a checkpoint of %s", (_, vocab_size, tokenizer, options) => {
    let folder: string;
    let weights: string[];
    beforeEach(async () => {
      folder = join(parent, "sft");
      const model = tinyModel({ vocab_size, tie_word_embeddings: false });
      await saveCheckpoint(folder, model, tokenizer, { note: "x" }, options);
      model.dispose();
      weights = readdirSync(folder).filter((name) => name.includes(".safetensors"));
    });

    it(`is read or refused when bytes of a file are damaged, ${120 * scale} times`, async () => {
      const { read, refused } = await fuzz(folder, [...weights, ...jsonFiles], blindMutation, 120 * scale);
      expect([read > 2 * scale, refused > 60 * scale]).toEqual([true, true]);
    });

    it(`is read or refused when a header of weights is forged, ${60 * scale} times`, async () => {
      const files = weights.filter((name) => !name.endsWith(".json"));
      const { refused } = await fuzz(folder, files, headerMutation, 60 * scale);
      expect(refused).toBeGreaterThan(40 * scale);
    });

    it(`is read or refused when values in a JSON file are forged, ${120 * scale} times`, async () => {
      const files = [...jsonFiles, ...weights.filter((name) => name.endsWith(".json"))];
      const { read, refused } = await fuzz(folder, files, onJson, 120 * scale);
      expect([read > 10 * scale, refused > 3 * scale]).toEqual([true, true]);
    });

    it("leaves no tensor behind where it refuses", async () => {
      const before = tf.memory().numTensors;
      await fuzz(folder, weights, blindMutation, 50);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it(`a llama2.c file is read or refused when its bytes are damaged, ${150 * scale} times`, async () => {
    const [modelFile, tokenizerFile] = [join(parent, "m.bin"), join(parent, "t.bin")];
    const model = tinyModel();
    await saveLlama2c(modelFile, model);
    writeFileSync(tokenizerFile, smallVocabulary());
    const counts = { read: 0, refused: 0 };
    const property = fc.asyncProperty(
      fc.constantFrom(modelFile, tokenizerFile),
      blindMutation,
      async (file, mutate) => {
        const whole = readFileSync(file);
        writeFileSync(file, mutate(whole));
        try {
          const loaded = await outcomeOf(() => loadLlama2c(modelFile, tokenizerFile));
          counts[loaded ? "read" : "refused"] += 1;
          loaded?.model.dispose();
        } finally {
          writeFileSync(file, whole);
        }
      },
    );
    expect(await outcomeOf(() => loadLlama2c(modelFile, tokenizerFile))).toBeDefined();
    await fc.assert(property, { numRuns: 150 * scale, seed: 2026 });
    expect([counts.read > 10 * scale, counts.refused > 70 * scale]).toEqual([true, true]);
  });
}

/** Eleven pieces as llama2.c's export lays them out. */
function smallVocabulary(): Buffer {
  const pieces = ["<unk>", "\n<s>\n", "\n</s>\n", "<0x0A>", " ", "a", "b", "ab", " ab", "c", "é"];
  const parts = pieces.flatMap((piece, index) => {
    const [bytes, head] = [Buffer.from(piece), Buffer.alloc(8)];
    head.writeFloatLE(-index);
    head.writeInt32LE(bytes.length, 4);
    return [head, bytes];
  });
  const longest = Buffer.alloc(4);
  longest.writeInt32LE(7);
  return Buffer.concat([longest, ...parts]);
}
