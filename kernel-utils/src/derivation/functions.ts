import { sigmoid, softplus } from "../tensor/math/scalars";
import { exponential, maximum, minimum } from "./arithmetic";
import { mapValue, type Value } from "./value";

/**
 * Functions of numbers, entry by entry. What sums over replies, picks one, or differentiates needs the whole scene and
 * is in evaluate.ts.
 */
export interface PlainFunction {
  arity: number;
  apply(...args: Value[]): Value;
  /** How it is typeset: a command put before its argument. */
  latex: string;
}

/** Thrown where a line asks for what does not exist, e.g. the logarithm of a number that is certainly negative. */
export class OutOfDomain extends Error {}

function inDomain(name: string, x: Value): Value {
  const place = x.data.findIndex((entry, i) => entry + x.error[i] < 0);
  if (place >= 0) throw new OutOfDomain(`${name} of ${x.data[place]}`);
  return x;
}

const unary = (latex: string, apply: (x: Value) => Value): PlainFunction => ({ arity: 1, apply, latex });

export const plainFunctions: Readonly<Record<string, PlainFunction>> = {
  log: unary("\\log", (x) => mapValue(inDomain("log", x), Math.log, (entry) => 1 / entry)),
  exp: unary("\\exp", exponential),
  sigma: unary("\\sigma", (x) => mapValue(x, sigmoid, (entry) => sigmoid(entry) * sigmoid(-entry))),
  logsigma: unary("\\log \\sigma", (x) =>
    mapValue(
      x,
      (entry) => -softplus(-entry),
      (entry) => sigmoid(-entry),
    ),
  ),
  softplus: unary("\\mathrm{softplus}", (x) => mapValue(x, softplus, sigmoid)),
  sqrt: unary("\\sqrt", (x) => mapValue(inDomain("sqrt", x), Math.sqrt, (_, fx) => 0.5 / fx)),
  tanh: unary("\\tanh", (x) => mapValue(x, Math.tanh, (_, fx) => 1 - fx * fx)),
  abs: unary("\\operatorname{abs}", (x) => mapValue(x, Math.abs, Math.sign)),
  relu: unary("\\mathrm{relu}", (x) =>
    mapValue(
      x,
      (entry) => Math.max(entry, 0),
      (entry) => (entry > 0 ? 1 : 0),
    ),
  ),
  /** The value with no gradient through it. */
  stop: unary("\\mathrm{sg}", (x) => ({ ...x, rate: undefined })),
  min: { arity: 2, apply: minimum, latex: "\\min" },
  max: { arity: 2, apply: maximum, latex: "\\max" },
  clip: { arity: 3, apply: (x, low, high) => minimum(maximum(x, low), high), latex: "\\mathrm{clip}" },
};

/** Functions whose meaning involves the whole scene, and how many arguments each takes. */
export const sceneFunctions: Readonly<Record<string, readonly [fewest: number, most: number]>> = {
  sum: [1, 2],
  mean: [1, 2],
  E: [2, 3],
  KL: [2, 2],
  H: [1, 1],
  at: [2, 3],
  grad: [2, 2],
  softmax: [1, 1],
  next: [1, 1],
  discounted: [2, 2],
  first: [1, 1],
  beats: [2, 2],
  wins: [2, 2],
  losses: [2, 2],
};
