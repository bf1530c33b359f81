import * as tf from "@tensorflow/tfjs";
import type { LanguageModel } from "../../kernel-utils/src/model";
import { KeyValueCache, replaceSlots, writeSlots } from "../../kernel-utils/src/model/keyValueCache";
import { testBackend, useTestBackend } from "../tensor/support";
import { tinyModel } from "./tinyModel";

beforeAll(useTestBackend);

let theModel: LanguageModel | undefined;
const model = (): LanguageModel => {
  theModel ??= tinyModel({ num_hidden_layers: 2, num_attention_heads: 4, num_key_value_heads: 2, head_dim: 4 });
  return theModel;
};

const int = (rows: number[][]) => tf.tensor2d(rows, undefined, "int32");

/** Largest absolute difference of two tensors. */
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]);

describe("a forward pass", () => {
  it("gives logits [B, T, V] that depend on earlier tokens only", () => {
    const full = model().forward(int([[1, 4, 6, 7, 9]]));
    const changed = model().forward(int([[1, 4, 6, 7, 3]]));
    expect(full.shape).toEqual([1, 5, 11]);
    expect(distance(full.slice([0, 0, 0], [1, 4, -1]), changed.slice([0, 0, 0], [1, 4, -1]))).toBe(0);
    expect(distance(full, changed)).toBeGreaterThan(1e-2);
  });

  it("depends on the order of the tokens", () => {
    const a = model().forward(int([[1, 4, 6, 9]]));
    const b = model().forward(int([[1, 6, 4, 9]]));
    expect(distance(a.slice([0, 3, 0], [1, 1, -1]), b.slice([0, 3, 0], [1, 1, -1]))).toBeGreaterThan(1e-3);
  });

  it("gives a left-padded row the logits it has alone", () => {
    const alone = model().forward(int([[1, 4, 6]]));
    const attentionMask = tf.tensor2d([
      [0, 0, 1, 1, 1],
      [1, 1, 1, 1, 1],
    ]);
    const tokens = int([
      [0, 0, 1, 4, 6],
      [1, 4, 7, 8, 9],
    ]);
    const padded = model().forward(tokens, { attentionMask });
    expect(distance(alone, padded.slice([0, 2, 0], [1, 3, -1]))).toBeLessThan(1e-5);
    expect(distance(alone, model().forward(tokens).slice([0, 2, 0], [1, 3, -1]))).toBeGreaterThan(1e-3);
  });

  it("leaves no tensor behind but its result", () => {
    const tokens = int([[1, 4, 6]]);
    const before = tf.memory().numTensors;
    model().forward(tokens).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Logits of the last token of each row, read from a cache one token at a time after a prompt of `promptLength`. */
function cachedLogits(rows: number[][], mask: number[][], promptLength: number): tf.Tensor2D {
  const [B, T] = [rows.length, rows[0].length];
  const slots = T + 3;
  const cache = new KeyValueCache(model().config, B, slots);
  const part = (from: number, to: number) => int(rows.map((row) => row.slice(from, to)));
  const promptMask = tf.tensor2d(mask.map((row) => row.slice(0, promptLength)));
  let logits = model().forward(part(0, promptLength), { attentionMask: promptMask, cache });
  for (let t = promptLength; t < T; t++) {
    const seen = mask.map((row) => Array.from({ length: slots }, (_, s) => (s <= t ? row[s] : 0)));
    const positions = int(mask.map((row) => [row.slice(0, t).reduce((sum, one) => sum + one, 0)]));
    logits = model().forward(part(t, t + 1), { attentionMask: tf.tensor2d(seen), positions, cache });
  }
  cache.dispose();
  const last = logits.shape[1] - 1;
  return logits.slice([0, last, 0], [B, 1, -1]).reshape([B, 11]);
}

describe("the key/value cache", () => {
  const rows = [
    [1, 4, 7, 8, 9, 2, 5],
    [0, 0, 1, 4, 6, 3, 3],
  ];
  const mask = rows.map((row) => row.map((token) => (token === 0 ? 0 : 1)));

  it.each([1, 3, 6])("after a prompt of %i tokens gives the logits of the whole sequence at once", (promptLength) => {
    // a prompt of one token is all padding in row 1: such a row must not turn into NaN either
    const whole = model().forward(int(rows), { attentionMask: tf.tensor2d(mask) });
    const last = whole.slice([0, 6, 0], [2, 1, -1]).reshape([2, 11]);
    expect(distance(cachedLogits(rows, mask, promptLength), last)).toBeLessThan(1e-5);
  });

  it("is written in place where memory can be reached, and to the same effect where it cannot", () => {
    const update = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1, 2]);
    const buffer = tf.keep(tf.zeros<tf.Rank.R4>([2, 4, 1, 2]));
    const copied = replaceSlots(buffer.clone(), update, 1);
    const written = writeSlots(buffer, update, 1);
    expect(written === buffer).toBe(testBackend === "wasm" || testBackend === "cpu");
    expect([...written.dataSync()]).toEqual([0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0]);
    expect([...copied.dataSync()]).toEqual([...written.dataSync()]);
  });

  it("refuses more tokens than it has slots, and a filled cache without positions", () => {
    const cache = new KeyValueCache(model().config, 1, 2);
    expect(() => model().forward(int([[1, 2, 3]]), { cache })).toThrow(/3 tokens do not fit 2 slots/);
    model().forward(int([[1]]), { cache });
    expect(() => model().forward(int([[1]]), { cache })).toThrow(/positions/);
    cache.dispose();
  });
});
