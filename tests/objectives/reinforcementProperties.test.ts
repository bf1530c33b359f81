/** What must hold for every batch; fast-check looks for the counter-example and shrinks it to a readable one. */
import fc from "fast-check";
import { adaptiveKl, agreement, bestOfN, expectedMax, optimalPolicy } from "../../kernel-utils/src/objectives";
import { gaeWith } from "../../kernel-utils/src/objectives/gae";
import { groupAdvantagesWith } from "../../kernel-utils/src/objectives/groupAdvantages";
import { klOfLogRatio } from "../../kernel-utils/src/objectives/kl";
import { ppoWith } from "../../kernel-utils/src/objectives/ppo";
import { rlooWith } from "../../kernel-utils/src/objectives/rloo";
import { whitenWith } from "../../kernel-utils/src/objectives/whiten";
import { m, table, vector } from "./float64";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const rowsOf = (entry: fc.Arbitrary<number>, width: number) =>
  fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 });
const batch = (entry = number(-5, 5)) => fc.integer({ min: 2, max: 5 }).chain((width) => rowsOf(entry, width));
const always = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { seed: 20261124, numRuns: 200 });
const expectClose = (a: ArrayLike<number>, b: ArrayLike<number>, within = 1e-9): void => {
  expect(a).toHaveLength(b.length);
  Array.from(a).forEach((x, i) => expect(Math.abs(x - b[i])).toBeLessThanOrEqual(within * Math.max(1, Math.abs(b[i]))));
};
const times = (rows: number[][], factor: number, shift = 0) => rows.map((row) => row.map((x) => factor * x + shift));
/** Spread enough that a scale means something beside the constants added to deviations. */
const varied = batch().filter((rows) => rows.every((row) => Math.max(...row) - Math.min(...row) > 0.1));

describe("ppo", () => {
  it("at ratio 1 has the policy gradient, −A / tokens, whatever the clips", () =>
    always(fc.tuple(batch(), number(0, 0.9), number(0, 2)), ([advantages, clipLow, clipHigh]) => {
      const logps = table(times(advantages, 0.1, -3));
      const inputs = { logps, oldLogps: logps, advantages: table(advantages), mask: table(times(advantages, 0, 1)) };
      const { loss, metrics } = ppoWith(m, inputs, { clipLow, clipHigh });
      loss.backward();
      expectClose(
        logps.gradient,
        advantages.flat().map((a) => -a / advantages.flat().length),
      );
      expect([metrics["policy/clipfrac"].values[0], metrics["policy/approxkl"].values[0]]).toEqual([0, 0]);
    }));

  it("never costs less than the unclipped loss, and dual clip never more than the clipped one", () =>
    always(fc.tuple(number(-3, 3), number(-4, 4)), ([logRatio, advantage]) => {
      const inputs = {
        logps: table([[logRatio]]),
        oldLogps: table([[0]]),
        advantages: table([[advantage]]),
        mask: table([[1]]),
      };
      const clipped = ppoWith(m, inputs).loss.values[0];
      expect(clipped).toBeGreaterThanOrEqual(-advantage * Math.exp(logRatio) - 1e-12);
      expect(ppoWith(m, inputs, { dualClip: 3 }).loss.values[0]).toBeLessThanOrEqual(clipped);
    }));
});

describe("gae", () => {
  it("at λ = 1 is the discounted return minus the value, at λ = 0 the TD error", () =>
    always(fc.tuple(batch(), number(0, 1)), ([rewards, gamma]) => {
      const values = times(rewards, -0.7, 0.3);
      const inputs = { rewards: table(rewards), values: table(values) };
      const after = (row: number[], t: number) => row.slice(t).reduceRight((sum, r) => r + gamma * sum, 0);
      const monteCarlo = rewards.map((row, b) => row.map((_, t) => after(row, t) - values[b][t]));
      expectClose(gaeWith(m, inputs, { gamma, lambda: 1 }).advantages.values, monteCarlo.flat());
      const errors = rewards.map((row, b) => row.map((r, t) => r + gamma * (values[b][t + 1] ?? 0) - values[b][t]));
      expectClose(gaeWith(m, inputs, { gamma, lambda: 0 }).advantages.values, errors.flat());
    }));

  it("has returns that are advantage + value, whitened or not", () =>
    always(batch(), (rewards) => {
      const values = times(rewards, 0.5, 1);
      const inputs = { rewards: table(rewards), values: table(values) };
      const plain = gaeWith(m, inputs);
      expectClose(plain.returns.values, m.add(plain.advantages, inputs.values).values);
      expectClose(gaeWith(m, inputs, { whiten: true }).returns.values, plain.returns.values);
    }));
});

describe("invariances", () => {
  it("whitening ignores a shift and a positive scale, and a negative one turns the sign", () =>
    always(fc.tuple(varied, number(1, 10), number(-50, 50)), ([values, factor, shift]) => {
      const of = (rows: number[][]) => whitenWith(m, { values: table(rows) }).whitened.values;
      expectClose(of(times(values, factor, shift)), of(values), 1e-5); // the 1e-8 beside the variance does not scale
      expectClose(
        of(times(values, -factor)),
        of(values).map((x) => -x),
        1e-5,
      );
    }));

  it("group advantages ignore a shift, and without epsilonStd a positive scale; without scaling they keep it", () =>
    always(fc.tuple(varied, number(0.1, 10), number(-50, 50)), ([rewards, factor, shift]) => {
      const of = (rows: number[][], options = {}) => groupAdvantagesWith(m, table(rows), options).values;
      expectClose(of(times(rewards, 1, shift)), of(rewards));
      for (const scale of ["group", "batch"]) {
        const options = { scale, epsilonStd: 0 };
        expectClose(of(times(rewards, factor, shift), options), of(rewards, options));
      }
      const plain = of(rewards, { scale: "none" });
      expectClose(
        of(times(rewards, factor, shift), { scale: "none" }),
        plain.map((a) => factor * a),
      );
    }));

  it("the advantages of a group sum to 0, in GRPO and in RLOO", () =>
    always(batch(), (rewards) => {
      const zeros = rewards.map(() => 0);
      expectClose(m.sumLast(rlooWith(m, { rewards: table(rewards) }).advantages).values, zeros, 1e-10);
      expectClose(m.sumLast(groupAdvantagesWith(m, table(rewards), { scale: "none" })).values, zeros, 1e-10);
    }));
});

describe("rloo against grpo", () => {
  it("is GRPO without the standard deviation, times G/(G − 1)", () =>
    always(batch(), (rewards) => {
      const replies = rewards[0].length;
      const unscaled = groupAdvantagesWith(m, table(rewards), { scale: "none" }).values;
      expectClose(
        rlooWith(m, { rewards: table(rewards) }).advantages.values,
        unscaled.map((a) => (a * replies) / (replies - 1)),
      );
    }));

  // With G = 2 and r₁ − r₂ = d: RLOO gives ±d, GRPO ±(d/2)/(|d|/√2) = ±1/√2 with ddof 1, ±1 with ddof 0.
  it("with G = 2 is GRPO's times √2 |r₁ − r₂|, or times |r₁ − r₂| with the population's deviation", () =>
    always(
      rowsOf(number(-5, 5), 2).filter((rows) => rows.every(([a, b]) => Math.abs(a - b) > 1e-3)),
      (rewards) => {
        const rlooAdvantages = rlooWith(m, { rewards: table(rewards) }).advantages.values;
        for (const [ddof, factor] of [
          [1, Math.SQRT2],
          [0, 1],
        ] as const) {
          const grpoAdvantages = groupAdvantagesWith(m, table(rewards), { ddof, epsilonStd: 0 }).values;
          const gaps = rewards.flatMap(([a, b]) => [Math.abs(a - b), Math.abs(a - b)]);
          expectClose(
            rlooAdvantages,
            grpoAdvantages.map((a, i) => a * factor * gaps[i]),
          );
        }
      },
    ));
});

describe("estimates and bounds", () => {
  it("k2, k3 and |k1| are never negative, and |k1| bounds k1", () =>
    always(number(-30, 30), (d) => {
      const of = (estimator: "k1" | "k2" | "k3" | "abs") => klOfLogRatio(m, vector([d]), { estimator }).values[0];
      expect(Math.min(of("k2"), of("k3"), of("abs"))).toBeGreaterThanOrEqual(0);
      expect(of("k1")).toBeLessThanOrEqual(of("abs"));
    }));

  const distribution = fc
    .array(number(0.01, 1), { minLength: 1, maxLength: 6 })
    .map((weights) => weights.map((w) => w / weights.reduce((sum, x) => sum + x, 0)));

  it("best-of-n sums to 1, its KL is at most log n − (n − 1)/n, and more draws never help less", () =>
    always(fc.tuple(distribution, fc.integer({ min: 1, max: 500 })), ([referenceProbs, n]) => {
      const { policy, kl, klBound } = bestOfN({ referenceProbs }, { n });
      expectClose([policy.reduce((sum, p) => sum + p, 0)], [1]);
      expect(kl).toBeGreaterThanOrEqual(-1e-12);
      expect(kl).toBeLessThanOrEqual(klBound + 1e-12);
      expect(bestOfN({ referenceProbs }, { n: n + 1 }).kl).toBeGreaterThanOrEqual(kl - 1e-12);
    }));

  it("the expected best of n rises with n, from the mean to the maximum", () =>
    always(fc.array(number(-5, 5), { minLength: 1, maxLength: 12 }), (rewards) => {
      const curve = rewards.map((_, i) => expectedMax(rewards, { n: i + 1 }));
      expectClose(
        [curve[0], curve[curve.length - 1]],
        [rewards.reduce((sum, r) => sum + r, 0) / rewards.length, Math.max(...rewards)],
      );
      for (let i = 1; i < curve.length; i++) expect(curve[i]).toBeGreaterThanOrEqual(curve[i - 1] - 1e-12);
    }));

  it("no policy beats π* at its β: E[r] − β KL ≤ β log Z", () =>
    always(fc.tuple(distribution, distribution, number(0.05, 5)), ([a, b, beta]) => {
      const size = Math.min(a.length, b.length);
      const normalise = (p: number[]) => p.map((x) => x / p.reduce((sum, y) => sum + y, 0));
      const [reference, other] = [normalise(a.slice(0, size)), normalise(b.slice(0, size))];
      const rewards = reference.map((_, y) => Math.sin(3 * y + 1));
      const { objective, logZ } = optimalPolicy({ referenceProbs: reference, rewards }, { beta });
      const value = other.reduce((sum, p, y) => sum + p * (rewards[y] - beta * Math.log(p / reference[y])), 0);
      expect(value).toBeLessThanOrEqual(objective + 1e-9);
      expectClose([objective], [beta * logZ]);
    }));

  it("adaptive KL raises β above the target, lowers it below, and stays positive", () =>
    always(fc.tuple(number(-100, 100), number(0.1, 50), number(1, 49_999)), ([kl, target, steps]) => {
      const [coefficient] = adaptiveKl([kl], { initial: 1, target, horizon: 10_000, steps }).coefficients;
      expect(coefficient).toBeGreaterThan(0);
      if (kl >= target) expect(coefficient).toBeGreaterThanOrEqual(1);
      else expect(coefficient).toBeLessThanOrEqual(1);
    }));

  it("agreement does not depend on the order of items or annotators, nor on the categories' names", () =>
    always(
      batch(fc.integer({ min: 0, max: 2 })).filter((rows) => new Set(rows.flat()).size > 1),
      (ratings) => {
        const of = (rows: (number | string)[][]) => agreement(rows).value;
        expectClose(
          [of([...ratings].reverse()), of(ratings.map((row) => [...row].reverse()))],
          [of(ratings), of(ratings)],
        );
        expectClose([of(ratings.map((row) => row.map((category) => `label ${category}`)))], [of(ratings)]);
      },
    ));
});
