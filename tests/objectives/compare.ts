/** Holds one request to the oracle against central differences, and against the float32 tensors. */
import * as tf from "@tensorflow/tfjs";
import { oracle } from "../../kernel-utils/src/objectives";

export type Rows = number | boolean | null | Rows[];
export interface OracleCase {
  name: string;
  inputs: Record<string, Rows>;
  options: Record<string, unknown>;
}
export type TensorLoss = (inputs: Record<string, tf.Tensor>, options: Record<string, unknown>) => tf.Tensor;

const flat = (rows: Rows): (number | boolean | null)[] => (Array.isArray(rows) ? rows.flatMap(flat) : [rows]);

export const lossAt = ({ name, inputs, options }: OracleCase): number =>
  oracle({ name, inputs, options }).loss as number;

const gradientsOf = (request: OracleCase): [field: string, gradient: number[]][] => {
  const { gradients } = oracle({ ...request, grad: true }) as { gradients: Record<string, Rows> };
  return Object.entries(gradients).map(([field, rows]) => [field, flat(rows) as number[]]);
};

/** The request with one entry of one field, counted row by row, moved by `by`. */
function nudged(request: OracleCase, field: string, index: number, by: number): OracleCase {
  let seen = 0;
  const move = (entry: Rows): Rows =>
    Array.isArray(entry) ? entry.map(move) : seen++ === index ? (entry as number) + by : entry;
  return { ...request, inputs: { ...request.inputs, [field]: move(request.inputs[field]) } };
}

/** Five points: the error of the differences is of order step⁴, so a step can be large enough not to drown in rounding. */
function slopeAt(request: OracleCase, field: string, index: number, step: number): number {
  const at = (by: number): number => lossAt(nudged(request, field, index, by * step));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
}

/** Every gradient within 1e-6 of central differences, relative to it or to 1e-2, beside the rounding of a difference. */
export function expectExactGradients(request: OracleCase): void {
  const loss = Math.abs(lossAt(request));
  for (const [field, gradient] of gradientsOf(request)) {
    const values = flat(request.inputs[field]) as number[];
    gradient.forEach((analytic, index) => {
      const step = 1e-3 * Math.min(1, Math.abs(values[index]) || 1); // stays on one side of 0 for tiny log-probs
      const numeric = slopeAt(request, field, index, step);
      const allowed = 1e-6 * Math.max(Math.abs(numeric), 1e-2) + (4e-15 * Math.max(loss, 1e-3)) / step;
      if (Math.abs(analytic - numeric) <= allowed) return;
      throw new Error(`∂loss/∂${field}[${index}] is ${analytic}, central differences give ${numeric}`);
    });
  }
}

/** Loss and every gradient within 1e-5 of the oracle's, relative to the largest of their kind or to 1. */
export function expectTensorsAgree(request: OracleCase, onTensors: TensorLoss, notConnected: RegExp = /^$/): void {
  const inputs = Object.fromEntries(
    Object.entries(request.inputs).map(([field, rows]) => [field, tf.cast(tf.tensor(rows as number[]), "float32")]),
  );
  const expected = lossAt(request);
  const loss = onTensors(inputs, request.options).dataSync()[0];
  expect(Math.abs(loss - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)));
  for (const [field, gradient] of gradientsOf(request)) {
    if (notConnected.test(field)) continue; // tfjs refuses to differentiate by what does not enter
    const lossOf = (x: tf.Tensor) => onTensors({ ...inputs, [field]: x }, request.options) as tf.Scalar;
    const onTape = tf.grad(lossOf)(inputs[field]).dataSync();
    const scale = Math.max(1, ...gradient.map(Math.abs));
    gradient.forEach((value, i) => expect(Math.abs(onTape[i] - value)).toBeLessThanOrEqual(1e-5 * scale));
  }
}
