import * as tf from "@tensorflow/tfjs";
import { AdamW, clipByGlobalNorm } from "../../kernel-utils/src/training";
import { useTestBackend } from "../tensor/support";

beforeAll(useTestBackend);

const gradientsOf = (values: Record<string, number[]>) =>
  new Map(Object.entries(values).map(([name, numbers]) => [name, tf.tensor1d(numbers)]));

it("takes two steps as by hand", () => {
  const weight = tf.variable(tf.tensor1d([1]));
  const optimizer = new AdamW(new Map([["w.weight", weight]]), {
    beta1: 0.9,
    beta2: 0.99,
    weightDecay: 0.5,
    epsilon: 0,
  });
  optimizer.step(gradientsOf({ "w.weight": [2] }), 0.1);
  // m̂ = 2, v̂ = 4: 1 − 0.1 · (2/2 + 0.5 · 1)
  expect(weight.dataSync()[0]).toBeCloseTo(0.85, 6);
  optimizer.step(gradientsOf({ "w.weight": [-1] }), 0.1);
  // m = 0.9 · 0.2 + 0.1 · −1 = 0.08, m̂ = 0.08 / 0.19; v = 0.99 · 0.04 + 0.01 = 0.0496, v̂ = 0.0496 / 0.0199
  const direction = 0.08 / 0.19 / Math.sqrt(0.0496 / 0.0199); // 0.266697
  expect(weight.dataSync()[0]).toBeCloseTo(0.85 - 0.1 * (direction + 0.5 * 0.85), 6);
  optimizer.dispose();
});

it("decays projections and embeddings, never norms", () => {
  const names = ["model.embed_tokens.weight", "model.layers.0.input_layernorm.weight", "model.norm.weight"];
  const parameters = new Map(names.map((name) => [name, tf.variable(tf.tensor1d([1]))]));
  const optimizer = new AdamW(parameters, { weightDecay: 0.1 });
  optimizer.step(gradientsOf(Object.fromEntries(names.map((name) => [name, [0]]))), 0.5);
  const after = names.map((name) => parameters.get(name)!.dataSync()[0]);
  expect(after[0]).toBeCloseTo(0.95, 6); // 1 − 0.5 · 0.1, with no gradient at all
  expect(after.slice(1)).toEqual([1, 1]);
  optimizer.dispose();
});

it("scales the gradient before the moments see it", () => {
  const step = (gradient: number, scale: number) => {
    const weight = tf.variable(tf.tensor1d([0]));
    const optimizer = new AdamW(new Map([["w", weight]]), { epsilon: 1, weightDecay: 0 }); // ε = 1: scale shows
    optimizer.step(gradientsOf({ w: [gradient] }), 1, scale);
    optimizer.dispose();
    return weight.dataSync()[0];
  };
  expect(step(4, 0.25)).toBeCloseTo(step(1, 1), 6);
  expect(step(1, 1)).toBeCloseTo(-0.5, 6); // −1 / (1 + 1)
});

it("clips by the norm of all gradients together", () => {
  const gradients = [tf.tensor1d([3, 0]), tf.tensor2d([[4], [12]])]; // √(9 + 16 + 144) = 13
  expect(clipByGlobalNorm(gradients, 1).norm).toBeCloseTo(13, 5);
  expect(clipByGlobalNorm(gradients, 1).scale).toBeCloseTo(1 / 13, 7);
  expect(clipByGlobalNorm(gradients, 20).scale).toBe(1);
});

it("gives its memory back", () => {
  const parameters = new Map([["w", tf.variable(tf.tensor1d([1]))]]);
  const before = tf.memory().numTensors;
  const optimizer = new AdamW(parameters);
  const gradients = gradientsOf({ w: [1] });
  optimizer.step(gradients, 0.1);
  optimizer.dispose();
  tf.dispose([...gradients.values()]);
  expect(tf.memory().numTensors).toBe(before);
});
