import { combine, mapValue, scalar, sizeAlong, sliceAt, type Value } from "./value";

export const add = (a: Value, b: Value): Value =>
  combine(
    a,
    b,
    (x, y) => x + y,
    () => [1, 1],
  );
export const subtract = (a: Value, b: Value): Value =>
  combine(
    a,
    b,
    (x, y) => x - y,
    () => [1, -1],
  );
export const multiply = (a: Value, b: Value): Value =>
  combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => [y, x],
  );
export const divide = (a: Value, b: Value): Value =>
  combine(
    a,
    b,
    (x, y) => x / y,
    (x, y) => [1 / y, -x / y / y],
  );
export const power = (a: Value, b: Value): Value =>
  combine(a, b, Math.pow, (x, y) => {
    const whole = Number.isInteger(y);
    return [y === 0 ? 0 : y * x ** (y - 1), whole && x <= 0 ? 0 : x ** y * Math.log(x)];
  });

export const minimum = (a: Value, b: Value): Value => combine(a, b, Math.min, (x, y) => (x <= y ? [1, 0] : [0, 1]));
export const maximum = (a: Value, b: Value): Value => combine(a, b, Math.max, (x, y) => (x >= y ? [1, 0] : [0, 1]));

export const negative = (x: Value): Value =>
  mapValue(
    x,
    (entry) => -entry,
    () => -1,
  );

/** Underflow to 0 and overflow to infinity leave no digit: their error is infinite. */
export function exponential(x: Value): Value {
  const result = mapValue(x, Math.exp, (_x, fx) => fx);
  result.error.forEach((_, i) => {
    if (result.data[i] === 0 || result.data[i] === Number.POSITIVE_INFINITY) result.error[i] = Number.POSITIVE_INFINITY;
  });
  return result;
}

/** Sum over a named axis. */
export function sumOver(x: Value, axis: string): Value {
  const size = sizeAlong(x, axis) ?? 1;
  let total: Value = scalar(0);
  for (let i = 0; i < size; i++) total = add(total, sliceAt(x, axis, i));
  return total;
}

/** Softmax over a named axis; the largest entry is subtracted first. */
export function softmax(x: Value, axis: string): Value {
  const shift = scalar(-Math.max(...x.data));
  const weights = exponential(add(x, shift));
  return divide(weights, sumOver(weights, axis));
}
