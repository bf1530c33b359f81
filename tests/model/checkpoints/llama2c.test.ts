import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generate, loadCheckpoint, loadLlama2c, saveCheckpoint, saveLlama2c } from "../../../kernel-utils/src/model";
import { useBackend } from "../../../kernel-utils/src/tensor";
import { scoreExamples } from "../../../kernel-utils/src/training";
import { tinyModel } from "../tinyModel";
import { ownStories, validationLoss } from "./ownStories";

const folder = resolve(__dirname, "../../../../shared/data/stories260K");
const present = existsSync(folder);
if (!present) console.log(`stories260K: ${folder} is absent, so the real pretrained model is not run here`);

const load = () => loadLlama2c(`${folder}/stories260K.bin`, `${folder}/tok512.bin`);

/**
 * What llama2.c's program prints at temperature 0 in its default of 256 steps: github.com/karpathy/llama2.c,
 * doc/stories260K.md. Its test (test_all.py) holds the same text, cut after 200 steps behind "so she".
 */
const story = [
  "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big,",
  " red ball. She wanted to play with it, but it was too high.\n",
  `Lily's mom said, "Lily, let's go to the park." Lily was sad and didn't know what to do. She said, "I want to play`,
  ` with your ball, but I can't find it."\n`,
  `Lily was sad and didn't know what to do. She said, "I'm sorry, Lily. I didn't know what to do."\n`,
  `Lily didn't want to help her mom, so she said, "I'm sorry, mom. I didn't know what to do." Her mom said, "Don't`,
  " worry, Lily. We can help you.",
].join("");

/** Greedy tokens, as many as the program takes steps. */
async function greedy(steps: number): Promise<number[]> {
  const { model } = await load();
  const { tokens } = await generate(model, [[1]], { temperature: 0, maxNewTokens: steps, eosId: 1 });
  model.dispose();
  return tokens[0];
}

jest.setTimeout(60_000);

let parent: string;
beforeAll(() => useBackend("wasm"));
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "llama2c-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

(present ? describe : describe.skip)("stories260K, a real pretrained model", () => {
  it("has its documented size and tells its documented story, character for character", async () => {
    const { model, vocabulary, tokenizer } = await load();
    expect(model.parameterCount).toBe(260_032);
    model.dispose();
    const tokens = await greedy(256);
    expect(story).toHaveLength(565);
    expect(vocabulary.decode(tokens)).toBe(story);
    expect(tokenizer.decode(tokens)).toBe(story);
    expect(vocabulary.decode(tokens.slice(0, 200))).toBe(story.slice(0, story.indexOf("so she") + 6));
  });

  it("has its documented loss on stories of its own: near 1.2968 nats a token", async () => {
    const { model } = await load();
    const { mean, tokens, logps } = await ownStories(model, { stories: 32, maxNewTokens: 256 });
    expect(Math.abs(mean - validationLoss)).toBeLessThan(0.08); // 1.271; a θ of 100 gives 2.30, an ε of 0.1 2.44
    // The same sum without a cache, all positions at once.
    const examples = tokens.map((row) => ({ tokens: [1, ...row], labels: [1, ...row] }));
    const scores = await scoreExamples(model, examples);
    scores.forEach(({ sum }, row) => expect(sum / logps[row].reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4));
    model.dispose();
  });

  it("encodes as llama2.c does", async () => {
    const { tokenizer, vocabulary, model } = await load();
    model.dispose();
    const { pieces } = vocabulary;
    const texts = [story, "", " ", "  two  spaces\n\n", "naïve café 日本 🙂", "zzz QXJ 12345", "<0x41> ▁"];
    for (const text of texts.slice(0, -1)) expect(tokenizer.encode(text)).toEqual(encodeByScore(pieces, text));
    for (const text of texts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.replaceAll("▁", " "));
  });

  it("is written back bit for bit, up to the tables that nobody reads", async () => {
    const { model } = await load();
    await saveLlama2c(join(parent, "copy.bin"), model);
    const [copy, original] = [readFileSync(join(parent, "copy.bin")), readFileSync(`${folder}/stories260K.bin`)];
    const tables = 512 * 8 * 4; // at the end: context · head size · 4 bytes
    expect(copy.length).toBe(original.length);
    expect(copy.subarray(0, -tables).equals(original.subarray(0, -tables))).toBe(true);
    for (let at = copy.length - tables; at < copy.length; at += 4) {
      expect(Math.abs(copy.readFloatLE(at) - original.readFloatLE(at))).toBeLessThan(1e-4);
    }
    model.dispose();
  });

  it("goes through a checkpoint folder with its tokenizer", async () => {
    const { model, tokenizer } = await load();
    await saveCheckpoint(join(parent, "stories"), model, tokenizer);
    const copy = await loadCheckpoint(join(parent, "stories"));
    const start = copy.tokenizer.encodePrompt("Once upon a time");
    const { tokens } = await generate(copy.model, [start], { temperature: 0, maxNewTokens: 30, eosId: 1 });
    expect(copy.tokenizer.decode([...start, ...tokens[0]])).toBe(story.slice(0, story.indexOf("One day,") + 8));
    for (const one of [model, copy.model]) one.dispose();
  });
});

/** The program's own algorithm, step by step: characters or bytes first, then always the merge of the highest score. */
function encodeByScore(pieces: readonly { bytes: Buffer; score: number }[], text: string): number[] {
  if (text === "") return [];
  const ids = new Map(pieces.map(({ bytes }, id) => [bytes.toString("latin1"), id]));
  const latin = (part: string): string => Buffer.from(part).toString("latin1");
  let tokens = [...` ${text}`].flatMap((character) => {
    const id = ids.get(latin(character));
    return id === undefined ? [...Buffer.from(character)].map((byte) => byte + 3) : [id];
  });
  for (;;) {
    let best = { score: Number.NEGATIVE_INFINITY, at: -1, id: -1 };
    for (let at = 0; at + 1 < tokens.length; at++) {
      const pair = Buffer.concat([pieces[tokens[at]].bytes, pieces[tokens[at + 1]].bytes]).toString("latin1");
      const id = ids.get(pair);
      if (id !== undefined && pieces[id].score > best.score) best = { score: pieces[id].score, at, id };
    }
    if (best.at < 0) return tokens;
    tokens = [...tokens.slice(0, best.at), best.id, ...tokens.slice(best.at + 2)];
  }
}

it("llama2.c has no field for what a model may have otherwise", async () => {
  for (const [field, value] of Object.entries({ rope_theta: 5e5, rms_norm_eps: 1e-6, head_dim: 6 })) {
    await expect(saveLlama2c(join(parent, "m.bin"), tinyModel({ [field]: value }))).rejects.toThrow(
      `saveLlama2c: ${field} is ${value}, llama2.c has`,
    );
  }
  expect(existsSync(join(parent, "m.bin"))).toBe(false);
});

it("a file of another length than its header asks for is refused before anything is read", async () => {
  await saveLlama2c(join(parent, "m.bin"), tinyModel());
  await expect(loadLlama2c(join(parent, "m.bin"), join(parent, "none.bin"))).rejects.toThrow(
    /none\.bin: cannot be read/,
  );
  await expect(loadLlama2c(__filename, __filename)).rejects.toThrow(/llama2c\.test\.ts: /);
});
