import * as tf from "@tensorflow/tfjs";
import { groupAdvantages, grpo, grpoSettings } from "../../kernel-utils/src/objectives";
import { groupAdvantagesWith } from "../../kernel-utils/src/objectives/groupAdvantages";
import { type GrpoOptions, groupLossWith, grpoWith } from "../../kernel-utils/src/objectives/grpo";
import { expectExactly, m, read, table, vector } from "./float64";

describe("group advantages", () => {
  // (1, 3): mean 2, squares 2: std √2 unbiased, 1 of the population.  (0, 4): mean 2, squares 8.  Batch: mean 2, squares 10
  const rewards = table([
    [1, 3],
    [0, 4],
  ]);
  it.each([
    { options: { epsilonStd: 0 }, advantages: [-1, 1, -1, 1].map((a) => a / Math.SQRT2) },
    { options: { epsilonStd: 0, ddof: 0 }, advantages: [-1, 1, -1, 1] }, // with G = 2 a factor √2 apart
    { options: { epsilonStd: 1, ddof: 0 }, advantages: [-0.5, 0.5, -2 / 3, 2 / 3] },
    { options: { scale: "batch", epsilonStd: 0 }, advantages: [-1, 1, -2, 2].map((a) => a / Math.sqrt(10 / 3)) },
    { options: { scale: "batch", epsilonStd: 0, ddof: 0 }, advantages: [-1, 1, -2, 2].map((a) => a / Math.sqrt(2.5)) },
    { options: { scale: "none" }, advantages: [-1, 1, -2, 2] },
    { options: {}, advantages: [1 / (Math.SQRT2 + 1e-4), 2 / (Math.sqrt(8) + 1e-4)].flatMap((a) => [-a, a]) },
  ] satisfies { options: GrpoOptions; advantages: number[] }[])("$options", ({ options, advantages }) =>
    expectExactly(groupAdvantagesWith(m, rewards, options), advantages),
  );

  it.each(["group", "batch", "none"] as const)(
    "equal rewards give exactly 0, %s, even in float32 with epsilon 0",
    (scale) => {
      const equal = tf.fill([2, 7], 0.1);
      expect([...groupAdvantages(equal, { scale, epsilonStd: 0 }).dataSync()].map(Math.abs)).toEqual(Array(14).fill(0));
    },
  );

  it("one reply has no unbiased deviation: refused, but for scale none", () => {
    expect(() => groupAdvantagesWith(m, table([[1], [2]]))).toThrow(/shape \[2,1\]; a standard deviation with ddof 1/);
    expectExactly(groupAdvantagesWith(m, table([[1], [2]]), { scale: "none" }), [0, 0]);
  });
});

describe("grpo", () => {
  // Two replies of 3 and 1 tokens with advantages −1 and 1; ratio e^0 but on the first token of the first reply
  const logps = () =>
    table([
      [-1 + Math.log(1.1), -1, -1],
      [-1, Number.NaN, Number.NaN],
    ]);
  const old = () =>
    table([
      [-1, -1, -1],
      [-1, Number.NaN, Number.NaN],
    ]);
  const inputs = (more = {}) => ({
    rewards: table([[1, 3]]),
    logps: logps(),
    oldLogps: old(),
    mask: table([
      [1, 1, 1],
      [1, 0, 0],
    ]),
    ...more,
  });
  const options = { ddof: 0, epsilonStd: 0 } as const;
  // per token: 1.1, 1, 1 and −1
  it.each([
    { aggregation: "sequence-mean", loss: (3.1 / 3 - 1) / 2 },
    { aggregation: "token-mean", loss: 2.1 / 4 },
    { aggregation: "fixed-length", maxLength: 10, loss: 2.1 / 20 },
    { aggregation: "fixed-length", loss: 2.1 / 6 }, // T = 3
  ] as const)("$aggregation, maxLength $maxLength, costs $loss", ({ loss, ...more }) => {
    const result = grpoWith(m, inputs(), { ...options, ...more });
    expectExactly(result.loss, loss);
    expectExactly(result.perToken, [
      [1.1, 1, 1],
      [-1, 0, 0],
    ]);
    expectExactly(result.advantages, [[-1, 1]]);
  });

  it.each([
    { aggregation: "sequence-mean", slopes: [1.1 / 6, 1 / 6, 1 / 6, -1 / 2, 0, 0] },
    { aggregation: "token-mean", slopes: [1.1 / 4, 1 / 4, 1 / 4, -1 / 4, 0, 0] },
    { aggregation: "fixed-length", slopes: [1.1 / 6, 1 / 6, 1 / 6, -1 / 6, 0, 0] },
  ] as const)("$aggregation: each token's slope is −A r by its share", ({ aggregation, slopes }) => {
    const given = inputs();
    grpoWith(m, given, { ...options, aggregation }).loss.backward();
    given.logps.gradient.forEach((slope, i) => expect(slope).toBeCloseTo(slopes[i], 12));
  });

  it("adds β k3 to the loss, with slope β (1 − e^−d)", () => {
    const given = inputs({
      rewards: table([[2, 2]]),
      referenceLogps: table([
        [-1.5, -1, -1],
        [-1, 0, 0],
      ]),
    });
    const { loss, metrics } = grpoWith(m, given, { beta: 0.5, aggregation: "token-mean" });
    loss.backward();
    const d = 0.5 + Math.log(1.1);
    const k3 = Math.exp(-d) - 1 + d;
    expectExactly(loss, (0.5 * k3) / 4);
    expectExactly(metrics.kl, k3 / 4);
    expect(given.logps.gradient[0]).toBeCloseTo((0.5 * (1 - Math.exp(-d))) / 4, 12);
  });

  it("klImportanceWeighting: adds β r k3 to the loss, with slope β r (k3 + 1 − e^−d)", () => {
    const given = inputs({
      rewards: table([[2, 2]]),
      referenceLogps: table([
        [-1.5, -1, -1],
        [-1, 0, 0],
      ]),
    });
    const weighted = { beta: 0.5, klImportanceWeighting: true, aggregation: "token-mean" } as const;
    const { loss, metrics } = grpoWith(m, given, weighted);
    loss.backward();
    const d = 0.5 + Math.log(1.1);
    const k3 = Math.exp(-d) - 1 + d;
    expectExactly(loss, (0.5 * 1.1 * k3) / 4);
    expectExactly(metrics.kl, (1.1 * k3) / 4);
    expect(given.logps.gradient[0]).toBeCloseTo((0.5 * 1.1 * (k3 + 1 - Math.exp(-d))) / 4, 12);
  });

  // Every token of a vocabulary once, each weighed by how often π_old samples it: the expectation, nothing sampled.
  const softmax = (logits: number[]): number[] => {
    const weights = logits.map(Math.exp);
    return weights.map((weight) => weight / weights.reduce((a, b) => a + b));
  };
  const [policy, reference] = [softmax([0.3, -1, 1.2, 0]), softmax([1, 0.5, -0.7, 0])];
  const slopesOf = (old: number[], klImportanceWeighting: boolean): number[] => {
    const given = {
      rewards: table([[1, 1, 1, 1]]),
      logps: table(policy.map((p) => [Math.log(p)])),
      oldLogps: table(old.map((p) => [Math.log(p)])),
      referenceLogps: table(reference.map((p) => [Math.log(p)])),
      mask: table([[1], [1], [1], [1]]),
    };
    grpoWith(m, given, { beta: 1, klImportanceWeighting, aggregation: "fixed-length", maxLength: 1 }).loss.backward();
    const byLogp = given.logps.gradient.map((slope) => 4 * slope); // of each token's own term, not of their mean
    // ∂ log π(v) / ∂ logit_j = [v = j] − π(j)
    return policy.map((p, j) => old.reduce((sum, q, v) => sum + q * byLogp[v] * (Number(v === j) - p), 0));
  };
  const klGradient = (): number[] => {
    const kl = policy.reduce((sum, p, v) => sum + p * Math.log(p / reference[v]), 0);
    return policy.map((p, j) => p * (Math.log(p / reference[j]) - kl));
  };
  it.each([
    ["the policy itself", policy],
    ["another policy", softmax([0, 0.2, 0.4, 0.1])],
  ] as const)("weighted, the expected slope is that of KL(π‖π_ref) where %s sampled", (_, old) =>
    slopesOf([...old], true).forEach((slope, j) => expect(slope).toBeCloseTo(klGradient()[j], 12)),
  );
  it("not weighted, it is that of KL(π_ref‖π) on the policy's own samples", () =>
    slopesOf(policy, false).forEach((slope, j) => expect(slope).toBeCloseTo(policy[j] - reference[j], 12)));

  it("starts at loss 0 with equal lengths, ratio 1, clipfrac 0 and approxkl 0, but not with gradient 0", () => {
    const same = { rewards: table([[1, 3, 8]]), logps: table([[-1], [-2], [-3]]), oldLogps: table([[-1], [-2], [-3]]) };
    const { loss, metrics } = grpoWith(m, { ...same, mask: table([[1], [1], [1]]) });
    loss.backward();
    expect(loss.values[0]).toBeCloseTo(0, 14);
    expect([metrics["policy/clipfrac"], metrics["policy/approxkl"]].map((metric) => read<number>(metric))).toEqual([
      0, 0,
    ]);
    expect(same.logps.gradient[2]).toBeLessThan(-0.3);
  });

  it("names published methods as settings", () => {
    const given = {
      ...inputs({
        mask: table([
          [1, 1, 1],
          [1, 1, 1],
        ]),
      }),
      logps: table([
        [-1, -1, -1],
        [-0.5, -1, -1],
      ]),
    };
    const clipped = {
      ...given,
      oldLogps: table([
        [-1, -1, -1],
        [-1, -1, -1],
      ]),
    };
    // −A clip(e^½ = 1.65): 1.28 for DAPO; A = 1/(√2 + 1e-4)
    const advantage = 1 / (Math.SQRT2 + 1e-4);
    expectExactly(grpoWith(m, clipped, grpoSettings.dapo).loss, (advantage * (3 - 3.28)) / 6);
    expectExactly(grpoWith(m, clipped, { ...grpoSettings["dr-grpo"], maxLength: 10 }).loss, (3 - 3.2) / 20);
  });

  it("an empty reply adds 0 and still counts as a reply", () => {
    const empty = inputs({
      mask: table([
        [1, 1, 1],
        [0, 0, 0],
      ]),
    });
    expectExactly(grpoWith(m, empty, options).loss, 3.1 / 3 / 2);
    expectExactly(
      grpoWith(
        m,
        inputs({
          mask: table([
            [0, 0, 0],
            [0, 0, 0],
          ]),
        }),
        options,
      ).loss,
      0,
    );
  });

  it("takes anybody's advantages: RLOO's for one", () => {
    const { perExample } = groupLossWith(m, { ...inputs(), advantages: vector([-2, 2]) });
    expectExactly(perExample, [6.2 / 3, -2]);
  });

  it("refuses β without a reference, and rows that are not one a reply", () => {
    expect(() => grpoWith(m, inputs(), { beta: 0.1 })).toThrow(/beta is 0.1 but referenceLogps is missing/);
    expect(() => grpoWith(m, inputs({ rewards: table([[1, 2, 3]]) }))).toThrow(
      /logps has 2 rows for rewards \[1,3\]; expected 3/,
    );
    const tensors = {
      rewards: tf.tensor2d([[1, 2]]),
      logps: tf.zeros([2, 1]),
      oldLogps: tf.zeros([2, 2]),
      mask: tf.ones([2, 1]),
    };
    expect(() => grpo(tensors)).toThrow(/oldLogps has shape \[2,2\], logps has \[2,1\]/);
  });
});
