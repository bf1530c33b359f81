import * as tf from "@tensorflow/tfjs";
import type { Arithmetic } from "../../../kernel-utils/src/objectives/arithmetic/arithmetic";
import { absolute, maskedMean } from "../../../kernel-utils/src/objectives/arithmetic/arithmetic";
import { type Float64Node, float64Arithmetic, leaf } from "../../../kernel-utils/src/objectives/arithmetic/float64";
import { tensorArithmetic } from "../../../kernel-utils/src/objectives/arithmetic/tensors";

const x = [0.5, 2, 0.25, 3, 1, 1.5];
const y = [0.75, 1.5, 0.5, 3.5, 0.875, 2];
const shape = [2, 3];

/** Each operation as a scalar whose every entry weighs differently, so a misplaced gradient shows. */
type Formula = <A>(m: Arithmetic<A>, a: A, b: A) => A;
const weigh = <A>(m: Arithmetic<A>, a: A): A => {
  const size = m.shapeOf(a).reduce((product, n) => product * n, 1);
  const weights = Array.from({ length: size }, (_, i) => i + 1);
  return m.sum(m.mul(a, m.constant(weights, m.shapeOf(a))));
};
const formulas: Record<string, Formula> = {
  exp: (m, a) => weigh(m, m.exp(a)),
  expm1: (m, a) => weigh(m, m.expm1(a)),
  sqrt: (m, a) => weigh(m, m.sqrt(a)),
  minimum: (m, a, b) => weigh(m, m.minimum(a, b)),
  maximum: (m, a, b) => weigh(m, m.maximum(a, b)),
  clamp: (m, a) => weigh(m, m.clamp(a, 0.4, 2.5)),
  "spread [B] to [B,T]": (m, a, b) => weigh(m, m.mul(m.spread(m.sumLast(a), [2, 3]), b)),
  "spread [] to [B,T]": (m, a, b) => weigh(m, m.mul(m.spread(m.sum(a), [2, 3]), b)),
  "columns in reverse order": (m, a) => weigh(m, m.stackLast(m.unstackLast(a).reverse())),
  reshape: (m, a) => weigh(m, m.sumLast(m.reshape(a, [3, 2]))),
  absolute: (m, a) => weigh(m, absolute(m, m.sub(a, 0.9))),
  maskedMean: (m, a, b) => maskedMean(m, m.square(a), m.greater(b, a)),
};

const valueAt = (formula: Formula, values: number[]): number =>
  formula<Float64Node>(float64Arithmetic, leaf(values, shape), leaf(y, shape)).values[0];

describe.each(Object.entries(formulas))("%s", (_name, formula) => {
  const a = leaf(x, shape);
  const value = formula(float64Arithmetic, a, leaf(y, shape));
  value.backward();

  it("has the slope of central differences in float64", () => {
    x.forEach((_, i) => {
      const moved = (by: number) => x.map((entry, j) => (i === j ? entry + by : entry));
      const numeric = (valueAt(formula, moved(1e-5)) - valueAt(formula, moved(-1e-5))) / 2e-5;
      expect(a.gradient[i]).toBeCloseTo(numeric, 7);
    });
  });

  it("is the same on tensors, with its gradient", () => {
    const b = tf.tensor(y, shape);
    const { value: onTensors, grad } = tf.valueAndGrad((t) => formula(tensorArithmetic, t, b) as tf.Scalar)(
      tf.tensor(x, shape),
    );
    expect(onTensors.dataSync()[0]).toBeCloseTo(value.values[0], 4);
    grad.dataSync().forEach((slope, i) => expect(slope).toBeCloseTo(a.gradient[i], 4));
  });
});

it("expm1 keeps the digits of 1e-10, where exp − 1 has 7 left in float64 and none in float32", () => {
  expect(float64Arithmetic.expm1(leaf([1e-10], [1])).values[0]).toBe(1.00000000005e-10);
  expect(tensorArithmetic.expm1(tf.tensor([1e-10])).dataSync()[0]).toBeCloseTo(1e-10, 17);
});

it("|x| has slope 0 at 0 in both arithmetics", () => {
  const zero = leaf([0], [1]);
  float64Arithmetic.sum(absolute(float64Arithmetic, zero)).backward();
  expect(zero.gradient[0]).toBe(0);
  expect(
    tf
      .grad((t) => tf.sum(absolute(tensorArithmetic, t)))(tf.tensor([0]))
      .dataSync()[0],
  ).toBe(0);
});

it("the mean over nothing is 0, and what is masked may be NaN", () => {
  const nothing = maskedMean(float64Arithmetic, leaf([Number.NaN], [1]), leaf([0], [1]));
  expect(nothing.values[0]).toBe(0);
});
