/** What the sampled losses of reinforcement learning are in expectation, with every reply enumerated. */
import { replyLogps, replyMask, replyTokenLogps, rlhfLoss } from "../../kernel-utils/src/exact";
import { populationLoss } from "../../kernel-utils/src/exact/population";
import { type Float64Node, leaf, float64Arithmetic as m } from "../../kernel-utils/src/objectives/arithmetic/float64";
import { groupLossWith } from "../../kernel-utils/src/objectives/grpo";
import { type KlEstimator, klWith } from "../../kernel-utils/src/objectives/kl";
import { makeWorld } from "./worlds";

const { world, shape, referenceLogits, referenceLogps, rewards, random } = makeWorld(4, 3);
const start = referenceLogits.map((logit) => logit + 0.5 * random.normal()); // π ≠ π_ref
const replies = world.replies.length;

const gradientOf = (lossOf: (logits: Float64Node) => Float64Node): Float64Array => {
  const logits = leaf(start, shape);
  lossOf(logits).backward();
  return logits.gradient;
};
const sampled = [...replyLogps(world, leaf(start, shape)).values]; // log π of the policy that samples
const probs = sampled.map(Math.exp);
const expectSame = (a: Float64Array, b: Float64Array): void =>
  a.forEach((slope, i) => expect(slope).toBeCloseTo(b[i], 12));
const differs = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((slope, i) => Math.abs(slope - b[i])));

/** E over replies of PPO's clipped loss summed over tokens, at π = π_old, with an advantage a reply. */
const policyLoss = (advantages: number[]) => (logits: Float64Node) => {
  const logps = replyTokenLogps(world, logits);
  const inputs = { logps, oldLogps: logps, mask: replyMask(world), advantages: leaf(advantages, [replies]) };
  const { perExample } = groupLossWith(m, inputs, { aggregation: "fixed-length", maxLength: 1 });
  return populationLoss(perExample, probs);
};

describe("the clipped loss at ratio 1", () => {
  it("has in expectation the gradient of −E[r]: the policy gradient, whatever the baseline", () => {
    const exact = gradientOf((logits) => rlhfLoss(replyLogps(world, logits), referenceLogps, rewards, 0));
    expectSame(gradientOf(policyLoss(rewards)), exact);
    expectSame(gradientOf(policyLoss(rewards.map((reward) => reward - 7))), exact);
  });

  it("with β k1 taken off the reward has that of E[r] − β KL", () => {
    const beta = 0.4;
    const exact = gradientOf((logits) => rlhfLoss(replyLogps(world, logits), referenceLogps, rewards, beta));
    const penalised = rewards.map((reward, y) => reward - beta * (sampled[y] - referenceLogps[y]));
    expectSame(gradientOf(policyLoss(penalised)), exact);
  });
});

describe("the gradient of a KL estimate as a loss, in expectation", () => {
  const kl = gradientOf((logits) =>
    rlhfLoss(
      replyLogps(world, logits),
      referenceLogps,
      rewards.map(() => 0),
      1,
    ),
  );
  const ofEstimate = (estimator: KlEstimator) =>
    gradientOf((logits) => {
      const inputs = { logps: replyLogps(world, logits), referenceLogps: leaf(referenceLogps, [replies]) };
      return populationLoss(klWith(m, inputs, { estimator }).perExample, probs);
    });

  it("is the KL's for k2, 0 for k1, and something else for k3", () => {
    expectSame(ofEstimate("k2"), kl);
    expectSame(ofEstimate("k1"), new Float64Array(kl.length));
    expect(differs(ofEstimate("k3"), kl)).toBeGreaterThan(0.01);
  });

  it("is for k3 that of KL(π_ref‖π), the other direction", () => {
    const forward = gradientOf((logits) =>
      m.neg(m.sum(m.mul(replyLogps(world, logits), leaf(referenceLogps.map(Math.exp), [replies])))),
    );
    expectSame(ofEstimate("k3"), forward);
  });
});
