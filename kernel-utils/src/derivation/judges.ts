/** The kinds of check: each decides a line in one scene. */
import type { Random } from "../tensor/random";
import { add, divide, subtract } from "./arithmetic";
import { compare, shown, tolerance, type Verdict } from "./compare";
import { evaluate } from "./evaluate";
import { drawSymbol, type Scene, withValue } from "./scene";
import type { Judge } from "./survey";
import type { Relation, Term } from "./term";
import { mapValue, sliceAt, type Value, vector } from "./value";

/** left relation right, at every draw. */
export const identity =
  (left: Term, relation: Relation, right: Term): Judge =>
  (scene) =>
    compare(evaluate(left, scene), evaluate(right, scene), relation);

/** left relation right at every draw, and equal where `name` has the value of `at`: a bound that is reached. */
export const tightInequality =
  (left: Term, relation: Relation, right: Term, name: string, at: Term): Judge =>
  (scene, random) => {
    const verdict = identity(left, relation, right)(scene, random);
    if (verdict.kind !== "holds") return verdict;
    return identity(left, "==", right)(withValue(scene, name, exact(evaluate(at, scene))), random);
  };

/** left / right is one positive number, whatever the index along `axis`. */
export const proportional =
  (left: Term, right: Term, axis: string): Judge =>
  (scene) => {
    const ratio = divide(evaluate(left, scene), evaluate(right, scene));
    const first = sliceAt(ratio, axis, 0);
    const verdict = compare(ratio, first, "==", tolerance, 0);
    if (verdict.kind !== "holds" || first.data.every((entry) => entry > 0)) return verdict;
    return { kind: "breaks", left: `${shown(first)} times the right side`, right: "a positive factor", residual: 0 };
  };

/** left − right stays what it is when `name` is drawn again. */
export const equalUpToConstant =
  (left: Term, right: Term, name: string): Judge =>
  (scene, random) => {
    const offset = (at: Scene) => subtract(evaluate(left, at), evaluate(right, at));
    const again = redrawn(name, scene, random);
    return compare(add(offset(scene), evaluate(right, again)), evaluate(left, again));
  };

function redrawn(name: string, scene: Scene, random: Random): Scene {
  const declared = scene.symbols.get(name);
  const fresh = declared && drawSymbol(declared, scene.sizes, random, random.integer(5));
  return fresh ? withValue(scene, name, fresh) : scene;
}

/** The objective is best at `at`: nowhere better on the way to random other points, and worse when it gets there. */
export const optimum =
  (objective: Term, over: string, at: Term, sense: "max" | "min"): Judge =>
  (scene, random) => {
    const best = evaluate(at, scene);
    const atBest = evaluate(objective, withValue(scene, over, exact(best)));
    const relation = sense === "max" ? ">=" : "<=";
    for (let direction = 0; direction < 4; direction++) {
      const other = evaluateOther(over, best, scene, random);
      for (const step of [1e-3, -1e-3, 0.03, 0.3, 1]) {
        const moved = blend(best, other, step);
        if (isDistribution(over, scene) && moved.data.some((entry) => entry <= 0)) continue;
        const there = evaluate(objective, withValue(scene, over, moved));
        const verdict = compare(atBest, there, relation, 0);
        if (verdict.kind !== "holds") return verdict;
        if (step === 1 && compare(there, atBest, relation, 0).kind === "holds") return flat(atBest, there);
      }
    }
    return { kind: "holds", residual: 0 };
  };

/** No worse far away than at the optimum: then there is no optimum to speak of. */
const flat = (best: Value, other: Value): Verdict => ({
  kind: "breaks",
  left: shown(best),
  right: `${shown(other)} elsewhere, no worse`,
  residual: 0,
});

const exact = (value: Value): Value => ({ ...value, error: new Float64Array(value.data.length), rate: undefined });
const isDistribution = (name: string, scene: Scene): boolean => scene.symbols.get(name)?.kind === "distribution";

function evaluateOther(over: string, best: Value, scene: Scene, random: Random): Value {
  const declared = scene.symbols.get(over);
  if (declared?.kind === "distribution") return drawSymbol(declared, scene.sizes, random, 0) ?? best;
  return mapValue(
    exact(best),
    (entry) => entry + (1 + Math.abs(entry)) * random.normal(),
    () => 0,
  );
}

const blend = (from: Value, to: Value, step: number): Value => ({
  ...exact(from),
  data: from.data.map((entry, i) => entry + step * (to.data[i] - entry)),
});

/** ∇ of a number, by central differences of fourth order, agrees with `claimed`. */
export const gradientCheck =
  (of: Term, parameter: string, claimed: Term): Judge =>
  (scene) => {
    const value = scene.values.get(parameter) as Value;
    const entries = Array.from(value.data, (_, entry) => centralDifference(of, parameter, value, entry, scene));
    const numeric = vector(
      parameter,
      entries.map(({ slope }) => slope),
    );
    const analytic = evaluate(claimed, scene);
    const size = Math.max(...numeric.data.map(Math.abs), ...analytic.data.map(Math.abs));
    const noise = Math.max(...entries.map(({ error }) => error));
    if (!(noise <= 1e-4 * size) || !Number.isFinite(size)) return { kind: "unresolved" };
    const aligned = value.axes.length === 0 ? sliceAt(numeric, parameter, 0) : numeric;
    const miss = subtract(aligned, analytic).data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    const residual = miss / size;
    if (miss <= 1e-6 * size + 8 * noise) return { kind: "holds", residual };
    return { kind: "breaks", left: shown(aligned), right: shown(analytic), residual };
  };

/** (−f(2h) + 8 f(h) − 8 f(−h) + f(−2h)) / 12h, and a bound on what rounding does to it. */
function centralDifference(of: Term, parameter: string, value: Value, entry: number, scene: Scene) {
  const step = value.axes.length === 0 ? 1e-3 * Math.abs(value.data[entry]) : 1e-3;
  const at = (steps: number): Value => {
    const data = Float64Array.from(value.data);
    data[entry] += steps * step;
    return evaluate(of, withValue(scene, parameter, { ...value, data }));
  };
  const points = [at(-2), at(-1), at(1), at(2)];
  const [a, b, c, d] = points.map((point) => point.data[0]);
  const error = points.reduce((sum, point) => sum + 8 * point.error[0], 0) / (12 * step);
  return { slope: (a - 8 * b + 8 * c - d) / (12 * step), error };
}

/** Every entry can be evaluated: what is asked of a line that nothing comes before, or that defines a symbol. */
export const finite =
  (term: Term): Judge =>
  (scene) => {
    const value = evaluate(term, scene);
    return value.data.every((entry, i) => Number.isFinite(entry) && Number.isFinite(value.error[i]))
      ? { kind: "holds", residual: 0 }
      : { kind: "unresolved" };
  };
