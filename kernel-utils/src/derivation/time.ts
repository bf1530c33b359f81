/** What looks along time: the next step, the discounted future, the first step. */
import { CourseError } from "../errors";
import { add, multiply } from "./arithmetic";
import { steppedAxis } from "./axes";
import { scalar, sizeAlong, sliceAt, stack, type Value } from "./value";

function timeOf(x: Value, name: string): { axis: string; size: number } {
  const axis = steppedAxis(x.axes);
  if (axis !== undefined) return { axis, size: sizeAlong(x, axis) ?? 1 };
  const seen = x.axes.length === 0 ? "is a number" : `varies along "${x.axes.join(", ")}"`;
  throw new CourseError(
    "derivation",
    `${name} needs something that varies along t; its argument ${seen}; declare it with over: "t"`,
  );
}

/** x_{t+1}, and 0 after the last step. */
export function next(x: Value): Value {
  const { axis, size } = timeOf(x, "next");
  const nothing = multiply(sliceAt(x, axis, 0), scalar(0));
  return stack(
    Array.from({ length: size }, (_, t) => (t + 1 < size ? sliceAt(x, axis, t + 1) : nothing)),
    axis,
  );
}

/** Σ_{l ≥ 0} g^l x_{t+l}, summed from the end: y_t = x_t + g·y_{t+1}. */
export function discounted(x: Value, g: Value): Value {
  const { axis, size } = timeOf(x, "discounted");
  const sums = [add(sliceAt(x, axis, size - 1), multiply(g, scalar(0)))]; // 0 · g: the same axes as those before it
  for (let t = size - 2; t >= 0; t--) sums.unshift(add(sliceAt(x, axis, t), multiply(g, sums[0])));
  return stack(sums, axis);
}

/** x_0. */
export function first(x: Value): Value {
  return sliceAt(x, timeOf(x, "first").axis, 0);
}
