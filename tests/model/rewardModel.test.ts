import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  createRewardModel,
  loadRewardModel,
  RewardModel,
  saveCheckpoint,
  saveRewardModel,
} from "../../kernel-utils/src/model";
import { checkGradient, Random, useBackend } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import { padRight } from "../../kernel-utils/src/training";
import { tinyModel } from "./tinyModel";

beforeAll(() => useBackend("wasm"));

const batch = padRight(
  [
    [1, 5, 6, 7, 2],
    [1, 8, 2],
    [1, 9, 10, 4, 3, 5, 2],
  ].map((tokens) => ({ tokens, labels: tokens })),
  0,
);
const rewardModel = (overrides = {}) => createRewardModel(tinyModel(overrides), new Random(3));

it("scores each row at its last token: w · h there", async () => {
  const model = rewardModel();
  const hidden = model.body.hidden(tf.tensor2d(batch.tokens, [3, batch.length], "int32"), {
    attentionMask: tf.tensor2d(batch.attentionMask, [3, batch.length]),
  });
  const h = (await hidden.array()) as number[][][];
  const w = (await model.score.array()) as number[][];
  const expected = [4, 2, 6].map((last, row) => h[row][last].reduce((sum, value, i) => sum + value * w[0][i], 0));
  const scores = await model.scores(batch).data();
  expected.forEach((value, row) => expect(scores[row]).toBeCloseTo(value, 5));
  // and every other position is another number
  expect(Math.abs(scores[0] - h[0][3].reduce((sum, value, i) => sum + value * w[0][i], 0))).toBeGreaterThan(1e-3);
});

it("does not depend on padding, right or left", async () => {
  const model = rewardModel();
  const together = await model.scores(batch).data();
  const alone = padRight([{ tokens: [1, 8, 2], labels: [] }], 0);
  expect((await model.scores(alone).data())[0]).toBeCloseTo(together[1], 5);
  const left = {
    rows: 1,
    length: 5,
    tokens: Int32Array.of(0, 0, 1, 8, 2),
    attentionMask: Float32Array.of(0, 0, 1, 1, 1),
  };
  expect((await model.scores(left).data())[0]).toBeCloseTo(together[1], 5);
});

it("sends gradients to the head and to the body", async () => {
  const model = rewardModel();
  const { grads } = tf.variableGrads(() => tf.sum(model.scores(batch)) as tf.Scalar, [...model.trainable.values()]);
  for (const [name, variable] of model.trainable) {
    expect([name, grads[variable.name]?.abs().max().dataSync()[0] > 0]).toEqual([name, true]);
  }
  const ofHead = (w: tf.Tensor) =>
    tf.sum(tf.square(new RewardModel(model.body, w as tf.Variable).scores(batch))) as tf.Scalar;
  const report = checkGradient(ofHead, [tf.tensor2d(model.score.dataSync().slice(), [1, 8])]);
  expect(report.ok || report.toString()).toBe(true);
});

it("a critic with a head of zeros has no opinion; another seed is another head", async () => {
  const start = tinyModel();
  const zero = createRewardModel(start, new Random(1), { headStd: 0 });
  expect([...(await zero.scores(batch).data())]).toEqual([0, 0, 0]);
  const [a, b] = [createRewardModel(start, new Random(1)), createRewardModel(start, new Random(2))];
  expect([...a.score.dataSync()]).not.toEqual([...b.score.dataSync()]);
  expect(() => createRewardModel(start, new Random(1), { headStd: -1 })).toThrow(/headStd is -1/);
});

it("starts from a copy: neither an untied vocabulary nor the start's later training is its own", async () => {
  const start = tinyModel({ tie_word_embeddings: false });
  const model = createRewardModel(start, new Random(3));
  expect([...model.trainable.keys()]).toContain("score.weight");
  expect([...model.trainable.keys()]).not.toContain("lm_head.weight");
  const before = await model.scores(batch).data();
  for (const weight of start.parameters.values()) weight.assign(tf.zerosLike(weight));
  expect(await model.scores(batch).data()).toEqual(before);
  const copy = model.clone();
  model.dispose();
  expect(await copy.scores(batch).data()).toEqual(before);
});

it("refuses a head that does not fit, and a row without tokens", () => {
  const model = rewardModel();
  const wide = tf.variable(tf.zeros([1, 9]));
  expect(() => new RewardModel(model.body, wide)).toThrow(/score.weight has shape \[1,9\], the body needs \[1,8\]/);
  const empty = { rows: 1, length: 2, tokens: new Int32Array(2), attentionMask: new Float32Array(2) };
  expect(() => model.scores(empty)).toThrow(/row 0 has no token/);
});

describe("a saved reward model", () => {
  const words = ["a", "b", "c", "d", "e"];
  const tokenizer = Tokenizer.fromWords(words);
  const folder = () => join(mkdtempSync(join(tmpdir(), "reward-")), "model");
  const fresh = () => rewardModel({ vocab_size: tokenizer.vocabularySize });

  it("comes back with every bit, under Hugging Face's names", async () => {
    const [place, model] = [folder(), fresh()];
    await saveRewardModel(place, model, tokenizer, { note: "kept" });
    const loaded = await loadRewardModel(place);
    expect(await loaded.model.scores(batch).data()).toEqual(await model.scores(batch).data());
    expect(loaded.extra).toEqual({ note: "kept" });
    const config = JSON.parse(readFileSync(join(place, "config.json"), "utf8"));
    expect(config).toMatchObject({ architectures: ["LlamaForSequenceClassification"], id2label: { 0: "reward" } });
    const bytes = readFileSync(join(place, "model.safetensors"));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
    expect(header["score.weight"]).toMatchObject({ dtype: "F32", shape: [1, 8] });
    expect(Object.keys(header)).not.toContain("lm_head.weight");
  });

  it("is refused where it is none, or where an adapter would be lost", async () => {
    const place = folder();
    await saveCheckpoint(place, tinyModel({ vocab_size: tokenizer.vocabularySize }), tokenizer);
    await expect(loadRewardModel(place)).rejects.toThrow(
      /architectures is \["LlamaForCausalLM"\]; a reward model is a/,
    );
    await expect(loadRewardModel(`${place}-none`)).rejects.toThrow(/does not exist/);
    const config = JSON.parse(readFileSync(join(place, "config.json"), "utf8"));
    const claimed = { ...config, architectures: ["LlamaForSequenceClassification"] };
    writeFileSync(join(place, "config.json"), JSON.stringify(claimed));
    await expect(loadRewardModel(place)).rejects.toThrow(/score.weight is missing/);
    const adapted = fresh();
    adapted.body.addAdapter({ rank: 2 }, new Random(1));
    await expect(saveRewardModel(folder(), adapted, tokenizer)).rejects.toThrow(/has an adapter; mergeAdapter/);
  });
});
