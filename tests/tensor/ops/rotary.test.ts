import * as tf from "@tensorflow/tfjs";
import { type RotaryLayout, rotary } from "../../../kernel-utils/src/tensor";
import { rotaryPlain } from "../../../kernel-utils/src/tensor/ops/rotary";
import { expectClose, expectGradient, expectSame, normal, onBackends } from "../support";

const at = (...positions: number[]) => tf.tensor2d([positions], [1, positions.length], "int32");
const unit = (i: number) => tf.reshape(tf.oneHot(tf.tensor1d([i], "int32"), 4).toFloat(), [1, 1, 1, 4]) as tf.Tensor4D;
const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0];

onBackends(["wasm", "cpu"], (name) => {
  // D = 4, theta = 100: the pairs turn by 1 and by 100^(−2/4) = 0.1 a position.
  it("turns coordinate i with i + D/2 as Hugging Face's Llama does", () => {
    expectClose(rotary(unit(0), at(2), 100), [Math.cos(2), 0, Math.sin(2), 0]);
    expectClose(rotary(unit(3), at(2), 100), [0, -Math.sin(0.2), 0, Math.cos(0.2)]);
  });
  it("turns 2i with 2i + 1 in the paper's layout", () => {
    expectClose(rotary(unit(0), at(2), 100, "interleaved"), [Math.cos(2), Math.sin(2), 0, 0]);
    expectClose(rotary(unit(3), at(2), 100, "interleaved"), [0, 0, -Math.sin(0.2), Math.cos(0.2)]);
  });
  it.each<RotaryLayout>(["half", "interleaved"])("makes %s scores depend on relative positions only", (layout) => {
    const [q, k] = [normal<tf.Rank.R4>([1, 1, 1, 8], 1), normal<tf.Rank.R4>([1, 1, 1, 8], 2)];
    const score = (m: number, n: number) => dot(rotary(q, at(m), 10000, layout), rotary(k, at(n), 10000, layout));
    expect(score(9, 4)).toBeCloseTo(score(105, 100), 4);
    expect(score(9, 4)).not.toBeCloseTo(score(9, 8), 1);
  });
  it.each<RotaryLayout>(["half", "interleaved"])("has its gradient in the %s layout", (layout) => {
    const positions = tf.tensor2d([0, 1, 2, 7, 8, 9], [2, 3], "int32");
    expectGradient((x) => rotary(x as tf.Tensor4D, positions, 100, layout), [normal([2, 3, 2, 6], 1)]);
  });
  it("refuses an odd head size and positions of another shape", () => {
    expect(() => rotary(tf.zeros([1, 1, 1, 3]), at(0))).toThrow(/D even/);
    expect(() => rotary(tf.zeros([1, 2, 1, 4]), at(0))).toThrow(/positions has \[1,1\]/);
  });
  if (name === "wasm") {
    it.each([2, 6, 8, 22])("is the composition at head size %d, also past the first table", (D) => {
      const positions = tf.tensor2d([0, 3, 63, 64, 200, 0], [2, 3], "int32");
      for (const layout of ["half", "interleaved"] as const) {
        const f = (x: tf.Tensor) => rotary(x as tf.Tensor4D, positions, 1000, layout);
        const plain = (x: tf.Tensor) => rotaryPlain(x as tf.Tensor4D, positions, 1000, layout);
        expectSame(f, plain, [normal([2, 3, 3, D], D)]);
      }
    });
    it("turns back for a negative position, where the tables do not reach", () => {
      expectClose(rotary(unit(0), at(-2), 100), [Math.cos(2), 0, -Math.sin(2), 0]);
    });
  }
});
