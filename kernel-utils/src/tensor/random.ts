import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";

const mask64 = (1n << 64n) - 1n;

/** One step of splitmix64 (Steele, Lea and Flood 2014, OOPSLA, doi:10.1145/2660193.2660195): the mixed output and next state. */
function splitmix64(state: bigint): { output: bigint; next: bigint } {
  const next = (state + 0x9e3779b97f4a7c15n) & mask64;
  let z = next;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64;
  return { output: z ^ (z >> 31n), next };
}

/** 64-bit FNV-1a over the UTF-8 bytes of `text` (draft-eastlake-fnv), started from `basis`. */
function hash64(text: string, basis = 0xcbf29ce484222325n): bigint {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask64;
  return hash;
}

/** A whole number is its own 64-bit seed, as the reference code has it; any other number and any text is hashed. */
const seedBits = (seed: number | string): bigint =>
  typeof seed === "number" && Number.isSafeInteger(seed) ? BigInt.asUintN(64, BigInt(seed)) : hash64(`${seed}`);

const low = (bits: bigint): number => Number(bits & 0xffffffffn);
const high = (bits: bigint): number => Number(bits >> 32n);
const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/**
 * Seeded random numbers, the same bits on every machine: xoshiro128** 1.1 (Blackman and Vigna 2018, arXiv:1805.01407)
 * started by splitmix64, as its authors advise. Not for secrets.
 */
export class Random {
  private readonly words = new Int32Array(4);
  /** What `fork` derives named streams from: the seed, never the number of draws made so far. */
  private readonly key: bigint;

  constructor(seed: number | string | bigint) {
    this.key = typeof seed === "bigint" ? BigInt.asUintN(64, seed) : seedBits(seed);
    const first = splitmix64(this.key);
    const second = splitmix64(first.next);
    this.words.set([low(first.output), high(first.output), low(second.output), high(second.output)]);
  }

  /** Continues exactly where `state()` was taken. */
  static fromState(state: number[]): Random {
    if (state.length !== 6 || state.some((word) => !Number.isInteger(word) || word < 0 || word > 0xffffffff)) {
      throw new CourseError(
        "bad-value",
        `Random.fromState: [${state}] is not six 32-bit words; pass what state() gave`,
      );
    }
    const random = new Random((BigInt(state[5]) << 32n) | BigInt(state[4]));
    random.words.set(state.slice(0, 4));
    return random;
  }

  /** The whole state as six unsigned 32-bit words, fit for JSON. */
  state(): number[] {
    return [...Array.from(this.words, (word) => word >>> 0), low(this.key), high(this.key)];
  }

  /** The next 32 bits as an unsigned integer: xoshiro128** itself. */
  bits(): number {
    const s = this.words;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result >>> 0;
  }

  /** Uniform in [0, 1) with all 53 bits of a double. */
  uniform(): number {
    const upper = this.bits() >>> 5;
    return (upper * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** Standard normal: Marsaglia's polar method; the second value of each pair is dropped, so the state stays six words. */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** Uniform over 0 … n − 1, without modulo bias (draws that would favour small values are thrown away). */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x100000000) {
      throw new CourseError("bad-value", `Random.integer: n is ${n}; it must be a whole number from 1 to 2^32`);
    }
    const limit = 0x100000000 - (0x100000000 % n);
    for (;;) {
      const bits = this.bits();
      if (bits < limit) return bits % n;
    }
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(values: readonly T[]): T[] {
    const copy = [...values];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  /** One of `values`, each as likely. */
  choice<T>(values: readonly T[]): T {
    if (values.length === 0)
      throw new CourseError("bad-value", "Random.choice: no values to choose from; pass at least one");
    return values[this.integer(values.length)];
  }

  /** An index drawn with probability in proportion to `weights`: they need not sum to 1. Weight 0 is never drawn. */
  categorical(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i] >= 0 ? weights[i] : Number.NaN;
    if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
      throw new CourseError(
        "bad-value",
        `Random.categorical: weights sum to ${total}; they must be ≥ 0, finite and not all 0`,
      );
    }
    let left = this.uniform() * total;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] === 0) continue;
      last = i;
      left -= weights[i];
      if (left < 0) return i;
    }
    return last; // rounding may leave a crumb above 0 after the last positive weight
  }

  /** An independent stream named `label`: the same whenever it is asked for, however many draws were made before. */
  fork(label: string): Random {
    return new Random(hash64(label, splitmix64(this.key).output));
  }

  /** Normal with mean 0 and standard deviation `std`, float32. */
  normalTensor<R extends tf.Rank = tf.Rank>(shape: tf.ShapeMap[R], std = 1): tf.Tensor<R> {
    const values = new Float32Array(shape.reduce<number>((size, length) => size * length, 1));
    for (let i = 0; i < values.length; i++) values[i] = std * this.normal();
    // Required here, not above: the world's pure code uses this class and must not load tensors.
    const { tensor } = require("@tensorflow/tfjs") as typeof tf;
    return tensor(values, shape, "float32");
  }
}
