import * as tf from "@tensorflow/tfjs";
import {
  type BackendName,
  backendReport,
  checkGradient,
  type GradientCheckOptions,
  Random,
  useBackend,
} from "../../kernel-utils/src/tensor";

/** The backend that `npm run test:backend` runs the suite on (jest.config.cjs sets it); unset in the usual lanes. */
const asked = (globalThis as { testBackend?: BackendName }).testBackend;

/** Runs the same tests on each of these backends, or on the one asked for. */
export function onBackends(names: BackendName[], tests: (name: BackendName) => void): void {
  describe.each(asked ? [asked] : names)("on %s", (name) => {
    beforeAll(() => useBackend(name));
    tests(name);
  });
}

/**
 * Dawn's objects (bind groups, command buffers) are freed only when JavaScript returns to Node's event loop. Tests that
 * compute for seconds without awaiting would pile them up until the driver has no memory mappings left.
 */
if (asked === "webgpu") afterEach(() => new Promise((resolve) => setImmediate(resolve)));

/** The backend of suites that run on one only, whole models for instance: the one asked for, or wasm. */
export const testBackend: BackendName = asked ?? "wasm";

export const useTestBackend = () => useBackend(testBackend);

/** How far two float32 computations of one thing may lie apart where their sums run in different orders, in absolute terms. */
export const roundingTolerance: Record<BackendName, number> = { tensorflow: 5e-5, webgpu: 5e-5, wasm: 1e-5, cpu: 1e-5 };

export interface Float64Tolerances {
  logits: number;
  loss: number;
  gradient: number;
  step: number;
}

/**
 * How far a backend may be from float64 on a whole small model (tests/training/float64.test.ts), each as a share of the
 * largest value: float32 keeps 6e-8 of a number, and some hundred sums lie between a weight and its gradient. `step` is
 * the change of the weights, which float32 rounds to 6e-8 of the weight and not of the change.
 */
const float64Rows: Record<BackendName | "swiftshader", Float64Tolerances> = {
  tensorflow: { logits: 1e-5, loss: 1e-5, gradient: 5e-5, step: 3e-4 },
  // WGSL lets sin and cos be off by 2^−11 (https://www.w3.org/TR/WGSL/#floating-point-accuracy), and SwiftShader's are, by
  // 2e-4 as measured: the rotary angles of the model carry that into everything.
  swiftshader: { logits: 2e-3, loss: 1e-3, gradient: 2e-2, step: 0.15 },
  webgpu: { logits: 1e-5, loss: 1e-5, gradient: 5e-5, step: 5e-4 },
  wasm: { logits: 1e-5, loss: 1e-5, gradient: 5e-5, step: 3e-4 },
  cpu: { logits: 1e-5, loss: 1e-5, gradient: 5e-5, step: 3e-4 },
};

/** The row of the backend in use. */
export function float64Tolerances(): Float64Tolerances {
  const { chosen, description } = backendReport();
  return float64Rows[/swiftshader/i.test(description) ? "swiftshader" : chosen];
}

/** Every element within `tolerance` of the expected one, relative where that is larger than 1. */
export function expectClose(actual: tf.Tensor, expected: ArrayLike<number>, tolerance = 1e-5): void {
  const values = actual.dataSync();
  expect(values.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(values[i], expected[i])) continue;
    const error = Math.abs(values[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    if (!(error <= tolerance)) throw new Error(`element ${i} is ${values[i]}, expected ${expected[i]}`);
  }
}

/** A tensor of standard normal values, the same for the same seed. */
export const normal = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number | string): tf.Tensor<R> =>
  new Random(seed).normalTensor<R>(shape);

/** Whether indices are looked at before use; where reading stalls the device they are not, see ops/checkIndices.ts. */
const looksAtIndices = (name: BackendName): boolean => name !== "webgpu";

/** A test of refusing indices out of range; listed as skipped, with the reason, where nobody looks at them. */
export function itChecksIndices(name: BackendName, title: string, test: () => void): void {
  if (looksAtIndices(name)) it(title, test);
  else it.skip(`${title} (${name} does not look at indices: reading them would stall the device)`, test);
}

/** A scalar that every element of y moves by a weight of its own, so that no error can cancel. */
export const weigh = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, normal(y.shape as [number], "weights")));

/** Central differences against the tape, for a function with any output. */
export function expectGradient(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  options: GradientCheckOptions = {},
): void {
  const report = checkGradient((...xs) => weigh(f(...xs)), inputs, { tolerance: 2e-3, ...options });
  if (!report.ok) throw new Error(report.toString());
}

/** Values and gradients of two functions agree. */
export function expectSame(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  reference: (...xs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  tolerance = 2e-5,
): void {
  expectClose(f(...inputs), reference(...inputs).dataSync(), tolerance);
  const gradients = tf.grads((...xs: tf.Tensor[]) => weigh(f(...xs)))(inputs);
  const expected = tf.grads((...xs: tf.Tensor[]) => weigh(reference(...xs)))(inputs);
  gradients.forEach((gradient, i) => {
    expectClose(gradient, expected[i].dataSync(), tolerance);
  });
}
