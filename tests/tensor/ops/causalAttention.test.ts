import * as tf from "@tensorflow/tfjs";
import { causalAttention } from "../../../kernel-utils/src/tensor";
import { causalAttentionPlain } from "../../../kernel-utils/src/tensor/ops/causalAttention";
import { expectClose, expectGradient, expectSame, normal, onBackends } from "../support";

type Q = tf.Tensor4D;
/** One example, one head, D = 1: [1, length, 1, 1]. */
const line = (...values: number[]) => tf.tensor4d(values, [1, values.length, 1, 1]);
const mask = (...values: number[]) => tf.tensor2d([values]);
const attend = (keyMask: tf.Tensor2D) => (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
  causalAttention(q as Q, k as Q, v as Q, keyMask);

onBackends(["wasm", "cpu"], (name) => {
  const [q, k, v] = [line(1, 1), line(0, Math.log(3)), line(1, 5)];

  it("weighs keys by softmax of the scores, and never looks ahead", () => {
    expectClose(causalAttention(q, k, v, mask(1, 1)), [1, 0.25 * 1 + 0.75 * 5]); // softmax(0, ln 3) = (1/4, 3/4)
  });
  it("gives a masked key weight exactly 0, and a query that sees nothing 0", () => {
    const huge = line(3e38, 0); // any weight at all would show
    expect(Array.from(causalAttention(q, k, huge, mask(0, 1)).dataSync())).toEqual([0, 0]);
    expect(Array.from(causalAttention(q, k, line(3e38, 5), mask(0, 1)).dataSync())).toEqual([0, 5]);
  });
  it("puts fewer queries than keys at the end, as with a cache", () => {
    expectClose(causalAttention(line(1), k, v, mask(1, 1)), [4]);
  });
  it("scales by 1/√D", () => {
    const twice = (x: tf.Tensor4D) => tf.concat([x, x, x, x], 3) as Q; // D = 4: the score is 4 · s / 2 = 2 s
    const expected = (1 + 9 * 5) / 10; // softmax(0, 2 ln 3) = (1/10, 9/10)
    expectClose(tf.slice(causalAttention(twice(q), twice(k), twice(v), mask(1, 1)), [0, 1, 0, 0], [1, 1, 1, 1]), [
      expected,
    ]);
  });
  it("lets query heads 0, 1 read key head 0 and heads 2, 3 key head 1", () => {
    const values = tf.tensor4d([10, 20], [1, 1, 2, 1]);
    expectClose(causalAttention(tf.zeros([1, 1, 4, 1]), tf.zeros([1, 1, 2, 1]), values, mask(1)), [10, 10, 20, 20]);
  });
  it("survives scores of ±10 000", () => {
    expectClose(causalAttention(line(100, 100), line(-100, 100), v, mask(1, 1)), [1, 5]);
  });
  it("has its gradient, with grouped heads, a cache and masked keys", () => {
    const keyMask = tf.tensor2d([1, 1, 1, 1, 1, 0, 0, 0, 1, 1], [2, 5]);
    const inputs = [normal([2, 3, 4, 2], 1), normal([2, 5, 2, 2], 2), normal([2, 5, 2, 2], 3)];
    expectGradient(attend(keyMask), inputs, { samples: 48 });
  });
  it("sends no gradient, and no NaN, where nothing is seen", () => {
    const gradients = tf.grads((...xs: tf.Tensor[]) => tf.sum(attend(mask(0, 0))(xs[0], xs[1], xs[2])))([q, k, v]);
    for (const gradient of gradients) expectClose(gradient, [0, 0]);
  });
  it("refuses heads that do not divide and a mask of another shape", () => {
    expect(() =>
      causalAttention(tf.zeros([1, 1, 3, 2]), tf.zeros([1, 1, 2, 2]), tf.zeros([1, 1, 2, 2]), mask(1)),
    ).toThrow(/Hkv dividing H/);
    expect(() => causalAttention(q, k, v, mask(1))).toThrow(/keyMask \[1,1\]/);
  });
  if (name === "wasm") {
    it.each([
      { B: 2, T: 1, S: 1, H: 1, heads: 1, D: 1 },
      { B: 3, T: 5, S: 5, H: 4, heads: 2, D: 6 },
      { B: 1, T: 3, S: 19, H: 6, heads: 3, D: 5 },
      { B: 2, T: 33, S: 33, H: 2, heads: 1, D: 16 },
    ])("is the composition at $B×$T of $S, $H/$heads heads of $D", ({ B, T, S, H, heads, D }) => {
      const hidden = Array.from({ length: B * S }, (_, i) => (i % 7 === 0 ? 0 : 1));
      const keyMask = tf.tensor2d(hidden, [B, S]);
      const plain = (...[q, k, v]: tf.Tensor[]) => causalAttentionPlain(q as Q, k as Q, v as Q, keyMask);
      expectSame(attend(keyMask), plain, [
        normal([B, T, H, D], 1),
        normal([B, S, heads, D], 2),
        normal([B, S, heads, D], 3),
      ]);
    });
  }
});
