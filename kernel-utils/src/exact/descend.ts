import { CourseError } from "../errors";
import { type Float64Node, leaf } from "../objectives/arithmetic/float64";
import { total } from "../objectives/probabilities";

/**
 * Gradient descent with steps of Barzilai and Borwein (1988) and the line search of Grippo, Lampariello and Lucidi
 * (1986), which lets the loss rise within the last few steps: no learning rate to tune, and fast enough to tell
 * "converged" from "slow". No second derivatives, no momentum: what it finds, plain gradient descent finds later.
 */
export interface DescendOptions {
  /** Stop where no slope is larger. Default 1e-9. */
  tolerance?: number;
  /** Give up after so many steps. Default 5000. */
  maxSteps?: number;
}

export interface Descent {
  parameters: number[];
  loss: number;
  steps: number;
  /** Largest slope at the end. */
  slope: number;
}

const memory = 10; // how many losses the line search looks back on

const dot = (a: readonly number[], b: readonly number[]): number => total(a.map((x, i) => x * b[i]));

/** @param lossOf builds a scalar from a leaf of the given shape; called once or more a step */
export function descend(
  lossOf: (parameters: Float64Node) => Float64Node,
  start: readonly number[],
  shape: readonly number[],
  { tolerance = 1e-9, maxSteps = 5000 }: DescendOptions = {},
): Descent {
  const evaluate = (parameters: readonly number[]) => {
    const node = leaf(parameters, shape);
    const loss = lossOf(node);
    if (!Number.isFinite(loss.values[0])) return { loss: Infinity, gradient: () => [] };
    const gradient = (): number[] => {
      loss.backward();
      return [...node.gradient];
    };
    return { loss: loss.values[0], gradient };
  };
  let parameters = [...start];
  const first = evaluate(parameters);
  let gradient = first.gradient();
  if (gradient.length === 0) throw new CourseError("not-finite", "descend: the loss is not finite at the start");
  const losses = [first.loss];
  let rate = 1 / Math.max(1e-12, Math.sqrt(dot(gradient, gradient)));
  let steps = 0;
  while (largest(gradient) > tolerance && steps < maxSteps) {
    const worst = losses.slice(-memory).reduce((a, b) => Math.max(a, b));
    const slope = dot(gradient, gradient);
    let moved = parameters.map((x, i) => x - rate * gradient[i]);
    let next = evaluate(moved);
    for (let halvings = 0; next.loss > worst - 1e-4 * rate * slope && halvings < 60; halvings++) {
      rate /= 2;
      moved = parameters.map((x, i) => x - rate * gradient[i]);
      next = evaluate(moved);
    }
    const nextGradient = next.gradient();
    const change = moved.map((x, i) => x - parameters[i]);
    const curvature = dot(
      change,
      nextGradient.map((x, i) => x - gradient[i]),
    );
    const length = dot(change, change);
    rate = curvature > 0 ? Math.min(length / curvature, 1e6) : Math.min(2 * rate, 1e6);
    [parameters, gradient] = [moved, nextGradient];
    losses.push(next.loss);
    steps++;
  }
  return { parameters, loss: losses[losses.length - 1], steps, slope: largest(gradient) };
}

const largest = (slopes: readonly number[]): number => slopes.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
