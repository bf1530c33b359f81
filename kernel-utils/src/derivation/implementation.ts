/**
 * A tensor function of the library against a line of a derivation: value and gradients, float32 against float64.
 *
 * The inputs are expressions of the drawn symbols. Where they mention single replies (log π_w), a batch of one to three
 * pairs is drawn, each input has one entry a pair, and the line is averaged over the batch, or its distribution over
 * pairs is the batch's. Gradients meet through the chain rule: along every entry of every drawn symbol, the library's
 * gradients by its inputs, times how the inputs move, add up to how the line moves.
 */
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import type { Random } from "../tensor/random";
import { add, divide } from "./arithmetic";
import type { Verdict } from "./compare";
import { evaluate } from "./evaluate";
import { orderedPairs, type Scene, withValue } from "./scene";
import type { Judge } from "./survey";
import { replyAxis } from "./symbols";
import type { Term } from "./term";
import { scalar, type Value, vector } from "./value";

/** The library's function: tensors by name, and the constants of the draw as numbers. */
export type Run = (inputs: Record<string, tf.Tensor>, constants: Record<string, number>) => tf.Tensor;

export interface Implementation {
  id: string;
  of: Term;
  inputs: Readonly<Record<string, Term>>;
  constants: Readonly<Record<string, Term>>;
  /** Drawn symbols along which gradients are compared. */
  along: readonly string[];
  /** Whether a term mentions single replies, outside any sum over them. */
  mentionsPick(term: Term): boolean;
  run: Run;
}

/** Half the distance between neighbouring float32 numbers near 1. */
const unitRoundoff32 = 2 ** -24;
/** Roundings of the result's own size that a float32 computation of a few dozen operations may add up to. */
const roundings = 64;
/** How far each input is moved, in float32 roundings, to see what rounding it can do to the result. */
const nudge = 4;
/** Inputs with more entries than this are moved several entries at a time. */
const mostNudges = 16;
/** What float32 flushes to zero. */
const tiniest32 = 2 ** -120;

export const implementationOf =
  (about: Implementation): Judge =>
  (scene, random) => {
    const batch = drawBatch(scene, random, Object.values(about.inputs).some(about.mentionsPick));
    const given = inputsAt(about, batch);
    const wanted = evaluateLine(about, batch);
    const constants = Object.fromEntries(
      Object.entries(about.constants).map(([name, term]) => [name, evaluate(term, batch.scenes[0]).data[0]]),
    );
    const compute = (inputs: readonly Input[]) => runLibrary(about, inputs, constants);
    const library = compute(given);
    const nudged = nudges(given).map(compute);
    const terms = given.flatMap(({ data }, i) => Array.from(data, (x, k) => x * library.gradients[i][k]));
    const values = nudged.map((other) => other.value);
    const value = agree("value", {
      wanted: wanted.data[0],
      got: library.value,
      nudged: values,
      terms,
      lost: tiniest32,
    });
    if (value.kind !== "holds") return value;
    let residual = value.residual;
    for (const { name, varied } of directions(about, batch)) {
      const moves = inputsAt(about, varied).map(({ rate }) => rate);
      const along = ({ gradients }: Computed) => gradients.flatMap((g, i) => Array.from(g, (x, k) => x * moves[i][k]));
      const parts = along(library);
      const verdict = agree(`gradient along ${name}`, {
        wanted: evaluateLine(about, varied).rate?.data[0] ?? 0,
        got: total(parts),
        nudged: nudged.map((other) => total(along(other))),
        terms: parts,
        lost: tiniest32 * total(moves.flatMap((move) => Array.from(move, Math.abs))),
      });
      if (verdict.kind !== "holds") return verdict;
      residual = Math.max(residual, verdict.residual);
    }
    return { kind: "holds", residual };
  };

interface Compared {
  wanted: number;
  got: number;
  /** What the library says with each input moved. */
  nudged: readonly number[];
  /** What is added up, for its size. */
  terms: readonly number[];
  /** What is lost where a number of the library is too small for float32. */
  lost: number;
}

/**
 * The library's number must be the line's, up to what moving each input by `nudge` roundings does to it and up to
 * `roundings` roundings of the sizes that are added up: what float32 can lose, to first order, and nothing more.
 */
function agree(what: string, { wanted, got, nudged, terms, lost }: Compared): Verdict {
  const size = Math.max(Math.abs(wanted), Math.abs(got)) + terms.reduce((sum, term) => sum + Math.abs(term), 0);
  const conditioned = nudged.reduce((sum, other) => sum + Math.abs(other - got), 0);
  const slack = roundings * unitRoundoff32 * size + conditioned + lost;
  if (!Number.isFinite(wanted) || size > 2 ** 100) return { kind: "unresolved" };
  const miss = Math.abs(wanted - got);
  const residual = Math.max(0, miss - lost) / (size || 1);
  if (!(miss <= slack)) return { kind: "breaks", left: `${wanted} (${what} of the line)`, right: `${got}`, residual };
  // A draw whose result is all rounding says nothing.
  return slack <= 1e-3 * size + lost ? { kind: "holds", residual } : { kind: "unresolved" };
}

const total = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);

/** The scene once for each pair of the batch, with the batch's own distribution in the place of every `pairs` symbol. */
interface Batch {
  scenes: readonly Scene[];
}

function drawBatch(scene: Scene, random: Random, batched: boolean): Batch {
  if (!batched) return { scenes: [scene] };
  const [winner, loser] = scene.picks.keys();
  const replies = Array.from({ length: scene.sizes.get(replyAxis) ?? 0 }, (_, y) => y);
  const pairs = orderedPairs(replies.length);
  const places = random.shuffle(pairs.map((_, i) => i)).slice(0, 1 + random.integer(3));
  const weights = vector(
    "pair",
    pairs.map((_, i) => (places.includes(i) ? 1 / places.length : 0)),
  );
  const named = [...scene.symbols.values()].filter(({ kind }) => kind === "pairs");
  const empirical = named.reduce((at, { name }) => withValue(at, name, weights), scene);
  return {
    scenes: places.map((place) => {
      const picks = new Map([...scene.picks, [winner, pairs[place][0]]]);
      if (loser !== undefined) picks.set(loser, pairs[place][1]);
      return { ...empirical, picks };
    }),
  };
}

/** One input as the library gets it: an entry a pair, then its own axes. */
interface Input {
  name: string;
  shape: readonly number[];
  data: Float64Array;
  rate: Float64Array;
}

const inputsAt = (about: Implementation, { scenes }: Batch): Input[] =>
  Object.entries(about.inputs).map(([name, term]) => {
    const values = (about.mentionsPick(term) ? scenes : scenes.slice(0, 1)).map((scene) => evaluate(term, scene));
    const joined = (of: (value: Value) => Float64Array) => Float64Array.from(values.flatMap((value) => [...of(value)]));
    const rate = joined((value) => value.rate?.data ?? new Float64Array(value.data.length));
    const shape = about.mentionsPick(term) ? [values.length, ...values[0].sizes] : values[0].sizes;
    return { name, shape, data: joined((value) => value.data), rate };
  });

/** The line, averaged over the batch where it speaks of single replies. */
function evaluateLine(about: Implementation, { scenes }: Batch): Value {
  const values = (about.mentionsPick(about.of) ? scenes : scenes.slice(0, 1)).map((scene) => evaluate(about.of, scene));
  if (values[0].data.length === 1) return divide(values.reduce(add), scalar(values.length));
  const seen = values[0].axes.join(", ");
  throw new CourseError(
    "derivation",
    `${about.id}: the line varies along "${seen}"; an implementation needs one number`,
  );
}

/** The batch with one entry of one drawn symbol in motion, for every such entry. */
function directions({ along }: Implementation, { scenes }: Batch): { name: string; varied: Batch }[] {
  return along.flatMap((name) => {
    const value = scenes[0].values.get(name);
    return Array.from(value?.data ?? [], (_, entry) => {
      const rate = {
        data: new Float64Array(value?.data.length ?? 0),
        error: new Float64Array(value?.data.length ?? 0),
      };
      rate.data[entry] = 1;
      const moving = (scene: Scene) => ({
        ...withValue(scene, name, { ...(value as Value), rate }),
        differentiating: true,
      });
      return { name, varied: { scenes: scenes.map(moving) } };
    });
  });
}

/** The inputs with one entry moved, for every entry. */
function nudges(inputs: readonly Input[]): Input[][] {
  const entries = inputs.reduce((sum, { data }) => sum + data.length, 0);
  const groups = Math.min(entries, mostNudges);
  return Array.from({ length: groups }, (_, group) => {
    let place = 0;
    return inputs.map((input) => ({
      ...input,
      data: input.data.map((x) => (place++ % groups === group ? x * (1 + nudge * unitRoundoff32) : x)),
    }));
  });
}

interface Computed {
  value: number;
  /** By input, in their order. */
  gradients: readonly Float64Array[];
}

function runLibrary(
  { id, run }: Implementation,
  inputs: readonly Input[],
  constants: Record<string, number>,
): Computed {
  tf.engine().startScope();
  const variables = inputs.map(({ shape, data }) => tf.variable(tf.tensor(Array.from(data), [...shape], "float32")));
  try {
    const named = Object.fromEntries(inputs.map(({ name }, i) => [name, variables[i] as tf.Tensor]));
    const { value, grads } = tf.variableGrads(() => checkedResult(id, run(named, constants)), variables);
    // An input that no gradient reaches has none: that is for the comparison to judge.
    const gradients = variables.map(({ name, size }) =>
      grads[name] ? Float64Array.from(grads[name].dataSync()) : new Float64Array(size),
    );
    return { value: value.dataSync()[0], gradients };
  } finally {
    for (const variable of variables) variable.dispose();
    tf.engine().endScope();
  }
}

function checkedResult(id: string, result: unknown): tf.Scalar {
  if (result instanceof tf.Tensor && result.size === 1) return result.asScalar();
  const seen =
    result instanceof tf.Tensor
      ? `a tensor of shape [${result.shape}]`
      : result instanceof Promise
        ? "a Promise"
        : typeof result;
  throw new CourseError(
    "bad-shape",
    `${id}: run returned ${seen}; return the loss as one number, a tensor without axes`,
  );
}
