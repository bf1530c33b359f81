import { type PpoRewardsOptions, ppoRewardsWith } from "../../kernel-utils/src/objectives/ppoRewards";
import { expectExactly, m, table, vector } from "./float64";

// d = (0.5, −1, 2 padding) and (1, 0, −0.5); the padding must not matter
const inputs = {
  logps: table([
    [-1, -2, Number.NaN],
    [-1, -2, -3],
  ]),
  referenceLogps: table([
    [-1.5, -1, -7],
    [-2, -2, -2.5],
  ]),
  scores: vector([10, 20]),
  lengths: [2, 3],
};
const rewards = (options: PpoRewardsOptions = {}, containsEos?: boolean[]) =>
  ppoRewardsWith(m, { ...inputs, containsEos }, { klCoefficient: 0.1, ...options });

describe("ppo-rewards", () => {
  it("charges −β k1 on each token and pays the score on EOS", () => {
    const result = rewards();
    expectExactly(result.rewards, [
      [-0.05, 10.1, 0],
      [-0.1, 0, 20.05],
    ]);
    expectExactly(result.kl, [-0.5, 0.5]);
  });

  it("β is 0.05 by default", () =>
    expectExactly(ppoRewardsWith(m, inputs).rewards, [
      [-0.025, 10.05, 0],
      [-0.05, 0, 20.025],
    ]));

  it("pays after EOS as TRL does, or on the last token of a full row", () => {
    expectExactly(rewards({ scorePosition: "after-eos" }).rewards, [
      [-0.05, 0.1, 10],
      [-0.1, 0, 20.05],
    ]);
  });

  it("k2 never rewards drift", () => {
    expectExactly(rewards({ estimator: "k2" }).rewards, [
      [-0.0125, 9.95, 0],
      [-0.05, 0, 19.9875],
    ]);
  });

  it.each([
    { missingEos: "none", last: 20.05 },
    { missingEos: "subtract", last: 18.05 }, // 20 − 2
    { missingEos: "replace", last: -1.95 }, // −2, whatever the score
  ] as const)("a reply without EOS, $missingEos: $last", ({ missingEos, last }) => {
    const result = rewards({ missingEos, missingEosPenalty: 2 }, [true, false]);
    expectExactly(result.rewards, [
      [-0.05, 10.1, 0],
      [-0.1, 0, last],
    ]);
  });

  it("is the score alone where policy = reference", () => {
    const same = { ...inputs, logps: inputs.referenceLogps };
    expectExactly(ppoRewardsWith(m, same).rewards, [
      [0, 10, 0],
      [0, 0, 20],
    ]);
  });

  it("logs the reward as score − β KL", () => {
    const { metrics } = ppoRewardsWith(m, { ...inputs, lengths: [1, 3] }, { klCoefficient: 0.1 });
    expectExactly(metrics["objective/kl"], 0.5); // (0.5 + 0.5) / 2
    expectExactly(metrics["objective/rlhf_reward"], 14.95);
  });

  it("refuses lengths outside the row, a missing containsEos, and scores of another shape", () => {
    expect(() => ppoRewardsWith(m, { ...inputs, lengths: [0, 3] })).toThrow(/lengths\[0\] is 0; expected 1 to 3/);
    expect(() => ppoRewardsWith(m, { ...inputs, lengths: [4, 3] })).toThrow(/lengths\[0\] is 4/);
    expect(() => rewards({ missingEos: "replace" })).toThrow(/missingEos is "replace" but containsEos is missing/);
    expect(() => ppoRewardsWith(m, { ...inputs, scores: vector([1]) })).toThrow(
      /scores has shape \[1\]; expected \[2\]/,
    );
    expect(() => rewards({ missingEos: "replace" }, [true])).toThrow(/containsEos has 1 entries for 2 replies/);
  });
});
