import * as tf from "@tensorflow/tfjs";
import { type AdamWScalars, adamWUpdate, globalNorm, type Moments, Random } from "../../../kernel-utils/src/tensor";
import { expectClose, normal, onBackends } from "../support";

type Settings = AdamWScalars & { weightDecay: number };

/** A step on one parameter. */
function update(parameter: tf.Variable, gradient: tf.Tensor, moments: Moments, { weightDecay, ...scalars }: Settings) {
  adamWUpdate([{ parameter, gradient, moments, weightDecay }], scalars);
}

const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, gradientScale: 1 };

function state(values: tf.Tensor) {
  const parameter = tf.variable(values);
  return { parameter, m: tf.variable(tf.zerosLike(values)), v: tf.variable(tf.zerosLike(values)) };
}

/** The algorithm of the paper on float64 numbers. */
function reference(theta: number[], gradients: number[][], s: Omit<Settings, "step">): number[] {
  const [m, v] = [theta.map(() => 0), theta.map(() => 0)];
  return gradients.reduce(
    (old, gradient, t) =>
      old.map((p, i) => {
        const g = gradient[i] * s.gradientScale;
        m[i] = s.beta1 * m[i] + (1 - s.beta1) * g;
        v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g;
        const [mHat, vHat] = [m[i] / (1 - s.beta1 ** (t + 1)), v[i] / (1 - s.beta2 ** (t + 1))];
        return p - s.learningRate * (mHat / (Math.sqrt(vHat) + s.epsilon) + s.weightDecay * p);
      }),
    theta,
  );
}

onBackends(["wasm", "cpu"], (name) => {
  afterEach(() => tf.disposeVariables());

  it("first moves against the sign of the gradient by η, and shrinks by ηλ", () => {
    const { parameter, m, v } = state(tf.tensor1d([1, 2]));
    update(parameter, tf.tensor1d([0.5, -1]), { m, v }, { ...settings, step: 1 });
    expectClose(parameter, [1 - 0.1 * (1 + 0.1), 2 - 0.1 * (-1 + 0.2)]);
  });

  it("is the paper's algorithm over five steps, and leaves no tensor behind", () => {
    const random = new Random(3);
    const theta = Array.from({ length: 11 }, () => random.normal());
    const gradients = Array.from({ length: 5 }, () => theta.map(() => random.normal()));
    const { parameter, m, v } = state(tf.tensor1d(theta));
    const before = tf.memory().numTensors;
    gradients.forEach((gradient, t) => {
      const scalars = { ...settings, gradientScale: 0.5, step: t + 1 };
      tf.tidy(() => update(parameter, tf.tensor1d(gradient), { m, v }, scalars));
    });
    expect(tf.memory().numTensors).toBe(before);
    expectClose(parameter, reference(theta, gradients, { ...settings, gradientScale: 0.5 }));
  });

  it("does not change a copy that shares the parameter's memory", () => {
    const { parameter, m, v } = state(tf.tensor1d([1, 2]));
    const [clone, frozen] = [parameter.clone(), tf.variable(parameter, false)];
    update(parameter, tf.tensor1d([1, 1]), { m, v }, { ...settings, step: 1 });
    expectClose(clone, [1, 2]);
    expectClose(frozen, [1, 2]);
    expectClose(parameter, [1 - 0.11, 2 - 0.12]);
    expectClose(m, [0.1, 0.1]); // m and v started from tensors of their own
  });

  it("moves several parameters of odd sizes as it would each alone, far beyond one part's elements", () => {
    const sizes = [5, 20011, 1, 16384, 7];
    const together = sizes.map((size, i) => state(normal([size], i)));
    const alone = sizes.map((size, i) => state(normal([size], i)));
    const gradients = sizes.map((size, i) => normal<tf.Rank.R1>([size], `gradient ${i}`));
    const weightDecay = (i: number) => (i % 2 ? 0.1 : 0);
    for (const step of [1, 2]) {
      const all = together.map(({ parameter, ...moments }, i) => ({
        ...{ parameter, moments, gradient: gradients[i], weightDecay: weightDecay(i) },
      }));
      adamWUpdate(all, { ...settings, step });
      alone.forEach(({ parameter, ...moments }, i) => {
        update(parameter, gradients[i], moments, { ...settings, weightDecay: weightDecay(i), step });
      });
    }
    together.forEach(({ parameter }, i) => expectClose(parameter, alone[i].parameter.dataSync(), 0));
  });

  it("refuses a gradient of another shape", () => {
    const { parameter, m, v } = state(tf.zeros([2]));
    const refused = () => update(parameter, tf.zeros([1]), { m, v }, { ...settings, step: 1 });
    expect(refused).toThrow(/gradient has shape \[1\].*has \[2\]/);
  });

  it("measures the norm over all tensors: (3), (4) → 5", () => {
    expect(globalNorm([tf.tensor1d([3]), tf.tensor2d([[4]])])).toBeCloseTo(5, 6);
    const values = normal([1003], 1);
    const exact = Math.sqrt(values.dataSync<"float32">().reduce((sum, x) => sum + x * x, 0));
    expect(globalNorm([values])).toBeCloseTo(exact, name === "wasm" ? 10 : 3);
  });

  if (name === "wasm") {
    it("adds the parts of a long norm up to the whole", () => {
      const tensors = [normal([16000], 1), normal([3], 2), normal([70001], 3)];
      const square = tensors.reduce(
        (all, x) => x.dataSync<"float32">().reduce((sum, value) => sum + value * value, all),
        0,
      );
      expect(globalNorm(tensors) / Math.sqrt(square)).toBeCloseTo(1, 12);
    });
    it("is seen by every product of the weight right away: none keeps a packed copy of the old one", () => {
      const weight = state(normal([6, 6], 1));
      const x = normal<tf.Rank.R2>([6, 6], 2);
      const products = () =>
        [false, true].flatMap((tx) =>
          [false, true].map((tw) => tf.matMul(x, weight.parameter as unknown as tf.Tensor2D, tx, tw)),
        );
      products(); // what a stale copy would be made by
      update(weight.parameter, normal([6, 6], 3), weight, { ...settings, step: 1 });
      const fresh = tf.tensor2d(weight.parameter.dataSync<"float32">(), [6, 6]);
      const combinations = [false, true].flatMap((tx) => [false, true].map((tw) => [tx, tw]));
      products().forEach((product, i) => {
        const [tx, tw] = combinations[i];
        expectClose(product, tf.matMul(x, fresh, tx, tw).dataSync(), 0);
      });
    });
    it("takes the norm in double precision, where squares leave float32's range", () => {
      expect(globalNorm([tf.tensor1d([3e-25, 4e-25])]) / 5e-25).toBeCloseTo(1, 5);
      expect(globalNorm([tf.tensor1d([3e25, 4e25])]) / 5e25).toBeCloseTo(1, 5);
    });
  }
});
