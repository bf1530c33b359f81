import { sigmoid } from "../tensor/math/scalars";
import type { Random } from "../tensor/random";
import { type DeclaredSymbol, replyAxis, type SymbolKind, type SymbolTable } from "./symbols";
import { matrix, scalar, type Value, vector } from "./value";

/** One random world in which the lines of a derivation must hold: a value for every symbol that is drawn. */
export interface Scene {
  symbols: SymbolTable;
  values: ReadonlyMap<string, Value>;
  /** How many entries each axis has; `y` is the number of replies to the prompt. */
  sizes: ReadonlyMap<string, number>;
  /** Which reply each pick is, e.g. w → 2, l → 0; never the same one twice. */
  picks: ReadonlyMap<string, number>;
  /** Values of definitions already computed for these values; those that mention a single reply are never kept. */
  memo: Map<string, Value>;
  /** True while a gradient is being taken: a second one inside it is refused. */
  differentiating?: boolean;
}

/** Magnitudes that take turns: ordinary, nearly flat, large, tiny, extreme. */
const scales = [1, 0.05, 8, 1e-4, 60];
/** Distributions from nearly uniform to nearly certain. */
const sharpness = [1, 0.05, 4, 15, 2];
const replyCounts = [3, 5, 2, 8, 4, 6, 7];
/** A sum over pairs has n(n − 1) terms: fewer replies say as much. */
const replyCountsOfPairs = [3, 4, 2, 5];
const runsOverPairs = (kind: SymbolKind): boolean => kind === "pairs" || kind === "preference";

/** Draw number `index`; its scale and its number of replies follow from the number, so every run covers all of them. */
export function drawScene(symbols: SymbolTable, picks: readonly string[], random: Random, index: number): Scene {
  const counts = [...symbols.values()].some(({ kind }) => runsOverPairs(kind)) ? replyCountsOfPairs : replyCounts;
  const sizes = new Map([[replyAxis, Math.max(picks.length, counts[index % counts.length])]]);
  const values = new Map<string, Value>();
  for (const declared of symbols.values()) {
    if (!sizes.has(declared.axis)) sizes.set(declared.axis, 2 + random.integer(5));
    const value = drawSymbol(declared, sizes, random, index);
    if (value) values.set(declared.name, value);
  }
  const replies = random.shuffle(Array.from({ length: sizes.get(replyAxis) ?? 0 }, (_, i) => i));
  return { symbols, values, sizes, picks: new Map(picks.map((pick, i) => [pick, replies[i]])), memo: new Map() };
}

/** A fresh value for one symbol, or undefined for a definition. */
export function drawSymbol(
  declared: DeclaredSymbol,
  sizes: ReadonlyMap<string, number>,
  random: Random,
  index: number,
): Value | undefined {
  const size = sizes.get(declared.axis) ?? 1;
  switch (declared.kind) {
    case "scalar":
      return scalar(drawScalar(declared, random));
    case "function":
      return vector(declared.axis, normals(size, scales[index % scales.length], random));
    case "parameters":
      return vector(declared.axis, normals(size, sharpness[index % sharpness.length], random));
    case "distribution":
      return vector(declared.axis, simplex(size, sharpness[index % sharpness.length], random));
    case "pairs":
      return vector("pair", simplex(size * (size - 1), 1, random));
    case "preference":
      return preference(size, sharpness[index % sharpness.length], random);
    case "definition":
      return undefined;
  }
}

function drawScalar({ from, to }: DeclaredSymbol, random: Random): number {
  const share = random.uniform();
  return from > 0 ? from * (to / from) ** share : from + (to - from) * share;
}

const normals = (size: number, scale: number, random: Random): Float64Array =>
  Float64Array.from({ length: size }, () => scale * random.normal());

function simplex(size: number, scale: number, random: Random): Float64Array {
  const weights = normals(size, scale, random).map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * P(w ≻ l), rows win. The larger of P(w ≻ l) and P(l ≻ w) is drawn and the other is one less that, which float64
 * computes exactly: the two are what they should be to the last digit.
 */
function preference(size: number, scale: number, random: Random): Value {
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0.5));
  for (let w = 0; w < size; w++) {
    for (let l = 0; l < w; l++) {
      const logit = Math.max(-30, Math.min(30, scale * random.normal()));
      const likely = sigmoid(Math.abs(logit));
      rows[w][l] = logit >= 0 ? likely : 1 - likely;
      rows[l][w] = logit >= 0 ? 1 - likely : likely;
    }
  }
  return matrix(["winner", "loser"], rows);
}

/** The scene with another value for one symbol. */
export const withValue = (scene: Scene, name: string, value: Value): Scene => ({
  ...scene,
  values: new Map([...scene.values, [name, value]]),
  memo: new Map(),
});

/** All ordered pairs of different replies, in the order of a `pairs` symbol's weights. */
export function orderedPairs(replies: number): (readonly [number, number])[] {
  const all = Array.from({ length: replies }, (_, i) => i);
  return all.flatMap((first) => all.filter((second) => second !== first).map((second) => [first, second] as const));
}
