import { CourseError } from "../errors";
import { add, divide, multiply, negative, power, softmax, subtract, sumOver } from "./arithmetic";
import { reducedAxis } from "./axes";
import { plainFunctions } from "./functions";
import { beats, overDraws, overPairs, overRole, preferenceAt } from "./pairs";
import { type Scene, withValue } from "./scene";
import { replyAxis } from "./symbols";
import type { Operator, Term } from "./term";
import { discounted, first, next } from "./time";
import { scalar, sizeAlong, sliceAt, stack, type Value } from "./value";

const operators: Record<Operator, (a: Value, b: Value) => Value> = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "^": power,
};

/** The value of a term in one scene. The term has been through `resolve`, so every name in it is known. */
export function evaluate(term: Term, scene: Scene): Value {
  switch (term.kind) {
    case "number":
      return scalar(term.value);
    case "symbol":
      return symbolValue(term.name, scene);
    case "negate":
      return negative(evaluate(term.of, scene));
    case "binary":
      return operators[term.operator](evaluate(term.left, scene), evaluate(term.right, scene));
    case "call":
      return callValue(term.name, term.args, scene);
  }
}

function symbolValue(name: string, scene: Scene): Value {
  const value = scene.values.get(name);
  if (value) return value;
  const known = scene.memo.get(name);
  if (known) return known;
  const declared = scene.symbols.get(name);
  if (!declared?.term) throw new CourseError("derivation", `${name} has no value here; declare it in "symbols"`);
  const computed = evaluate(declared.term, scene);
  if (!declared.picksReply) scene.memo.set(name, computed);
  return computed;
}

function callValue(name: string, args: readonly Term[], scene: Scene): Value {
  const plain = plainFunctions[name];
  if (plain) return plain.apply(...args.map((arg) => evaluate(arg, scene)));
  const special = specialFunctions[name];
  if (!special) throw new CourseError("derivation", `"${name}" is not a function of this language`);
  return special(args, scene);
}

const specialFunctions: Record<string, (args: readonly Term[], scene: Scene) => Value> = {
  sum: (args, scene) => total(args, scene).sum,
  mean: (args, scene) => {
    const { sum, size } = total(args, scene);
    return divide(sum, scalar(size));
  },
  E: expectation,
  /** D_KL(p ‖ q) = Σ p log(p / q), in nats. */
  KL: ([p, q], scene) => {
    const [left, right] = [evaluate(p, scene), evaluate(q, scene)];
    const logRatio = plainFunctions.log.apply(divide(left, right));
    return sumOver(multiply(left, logRatio), axisOf(left, "KL"));
  },
  /** Entropy −Σ p log p, in nats. */
  H: ([p], scene) => {
    const value = evaluate(p, scene);
    return negative(sumOver(multiply(value, plainFunctions.log.apply(value)), axisOf(value, "H")));
  },
  at: ([term, pick, against], scene) => {
    const value = evaluate(term, scene);
    const index = pickIndex(pick, scene);
    return against ? preferenceAt(value, index, pickIndex(against, scene)) : sliceAt(value, replyAxis, index);
  },
  softmax: ([term], scene) => {
    const value = evaluate(term, scene);
    return softmax(value, axisOf(value, "softmax"));
  },
  grad: gradient,
  next: ([x], scene) => next(evaluate(x, scene)),
  discounted: ([x, g], scene) => discounted(evaluate(x, scene), evaluate(g, scene)),
  first: ([x], scene) => first(evaluate(x, scene)),
  beats: ([preference, q], scene) => beats(evaluate(preference, scene), evaluate(q, scene), scene),
  wins: ([pairs, f], scene) => overRole(0, evaluate(pairs, scene), f, scene, evaluate),
  losses: ([pairs, f], scene) => overRole(1, evaluate(pairs, scene), f, scene, evaluate),
};

function total([term, axisTerm]: readonly Term[], scene: Scene): { sum: Value; size: number } {
  const value = evaluate(term, scene);
  const axis = axisTerm?.kind === "symbol" ? axisTerm.name : axisOf(value, "sum");
  if (!value.axes.includes(axis)) throw nothingToSum("sum", axis);
  return { sum: sumOver(value, axis), size: sizeAlong(value, axis) ?? 1 };
}

/** The axis a reduction runs over: the only one, or the replies when there are several. */
function axisOf(value: Value, name: string): string {
  const axis = reducedAxis(value.axes);
  if (axis === undefined) throw nothingToSum(name, value.axes.join(", "));
  return axis;
}

const nothingToSum = (name: string, axes: string): CourseError =>
  new CourseError(
    "derivation",
    `${name} needs something that varies along one axis; its argument varies along "${axes}"`,
  );

function expectation([p, f, g]: readonly Term[], scene: Scene): Value {
  const weights = evaluate(p, scene);
  if (g) return overDraws(weights, evaluate(f, scene), g, scene, evaluate);
  if (weights.axes[0] === "pair") return overPairs(weights, f, scene, evaluate);
  return sumOver(multiply(weights, evaluate(f, scene)), axisOf(weights, "E"));
}

export function pickIndex(pick: Term, scene: Scene): number {
  const index = pick.kind === "symbol" ? scene.picks.get(pick.name) : undefined;
  if (index === undefined) {
    throw new CourseError(
      "derivation",
      `at(…) picks a reply by name; known picks: ${[...scene.picks.keys()].join(", ")}`,
    );
  }
  return index;
}

/** ∇ by forward differentiation, exact to rounding: one run for each entry of the parameter. */
function gradient([parameter, f]: readonly Term[], scene: Scene): Value {
  const name = parameter.kind === "symbol" ? parameter.name : "";
  const value = scene.values.get(name);
  if (!value) throw new CourseError("derivation", `grad(${name || "…"}, …): the first argument must be a drawn symbol`);
  if (scene.differentiating)
    throw new CourseError("derivation", "grad inside grad: second derivatives are not supported");
  const slopes = Array.from(value.data, (_, entry) => {
    const rate = { data: new Float64Array(value.data.length), error: new Float64Array(value.data.length) };
    rate.data[entry] = 1;
    const varied = withValue(scene, name, { ...value, rate });
    return rateOf(evaluate(f, { ...varied, differentiating: true }));
  });
  return value.axes.length === 0 ? slopes[0] : stack(slopes, name);
}

/** The rate of change as a value. */
function rateOf({ axes, sizes, data, rate }: Value): Value {
  const none = () => new Float64Array(data.length);
  return { axes, sizes, data: rate?.data ?? none(), error: rate?.error ?? none() };
}
