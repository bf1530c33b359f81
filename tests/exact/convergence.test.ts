/** Gradient descent on the library's own objectives, over whole populations, ends where theory says. */
import {
  allPairs,
  bradleyTerry,
  descend,
  judgedReplies,
  klDivergence,
  labelEntropy,
  labelledPairs,
  pairLogps,
  populationLoss,
  replyLogps,
  replyLogpsOf,
  rlhfLoss,
  totalVariation,
} from "../../kernel-utils/src/exact";
import { optimalPolicy } from "../../kernel-utils/src/objectives";
import { type Float64Node, float64Arithmetic as m } from "../../kernel-utils/src/objectives/arithmetic/float64";
import { dpoWith } from "../../kernel-utils/src/objectives/dpo";
import { ipoWith } from "../../kernel-utils/src/objectives/ipo";
import { ktoWith } from "../../kernel-utils/src/objectives/kto";
import { makeWorld } from "./worlds";

const small = makeWorld(3, 3); // 15 replies, 21 logits
const referenceProbs = small.referenceLogps.map(Math.exp);
const optimum = (beta: number) => optimalPolicy({ referenceProbs, rewards: small.rewards }, { beta });
const logPolicy = (beta: number) => optimum(beta).policy.map(Math.log);
const policyOf = (logits: number[]) => replyLogpsOf(small.world, logits);

/** Descends from the reference, π = π_ref. */
const converge = (lossOf: (logps: Float64Node) => Float64Node, options = {}, start = small.referenceLogits) =>
  descend((logits) => lossOf(replyLogps(small.world, logits)), start, small.shape, options);

describe("RLHF, E[r] − β KL by gradient ascent", () => {
  it.each([1, 0.3, 0.1])("reaches π* ∝ π_ref e^{r/β} at β %d: total variation < 1e-3, objective β log Z", (beta) => {
    const found = converge((logps) => rlhfLoss(logps, small.referenceLogps, small.rewards, beta), { tolerance: 1e-7 });
    expect(totalVariation(policyOf(found.parameters), logPolicy(beta))).toBeLessThan(1e-3);
    expect(-found.loss).toBeCloseTo(optimum(beta).objective, 4);
  });

  it("does so among 341 replies too", () => {
    const { world, shape, referenceLogits, referenceLogps, rewards } = makeWorld(5, 4);
    const found = descend(
      (logits) => rlhfLoss(replyLogps(world, logits), referenceLogps, rewards, 1),
      referenceLogits,
      shape,
      { tolerance: 1e-5 },
    );
    const { policy } = optimalPolicy({ referenceProbs: referenceLogps.map(Math.exp), rewards }, { beta: 1 });
    expect(totalVariation(replyLogpsOf(world, found.parameters), policy.map(Math.log))).toBeLessThan(1e-3);
  });
});

describe("DPO on preferences of Bradley and Terry", () => {
  const compared = allPairs(small.rewards.length);
  const preference = bradleyTerry(small.rewards);
  const pairs = labelledPairs(compared, preference);

  it.each([1, 0.1])("finds RLHF's π* at β %d, and its loss there is the mean label entropy", (beta) => {
    const found = converge((logps) => {
      const { perExample } = dpoWith(m, pairLogps(logps, small.referenceLogps, pairs), { beta });
      return populationLoss(perExample, pairs.weights);
    });
    expect(totalVariation(policyOf(found.parameters), logPolicy(beta))).toBeLessThan(1e-3);
    expect(found.loss).toBeCloseTo(labelEntropy(compared, preference), 10);
    expect(labelEntropy(compared, preference)).toBeLessThan(Math.LN2 - 0.05); // there was something to learn
  });

  it("with half the comparisons, connected, still finds π*", () => {
    const ring = small.rewards.map((_, i): [number, number] => [i, (i + 1) % small.rewards.length]);
    const few = labelledPairs(ring, preference);
    const found = converge((logps) => {
      const { perExample } = dpoWith(m, pairLogps(logps, small.referenceLogps, few), { beta: 1 });
      return populationLoss(perExample, few.weights);
    });
    expect(totalVariation(policyOf(found.parameters), logPolicy(1))).toBeLessThan(1e-3);
  });
});

describe("IPO and DPO on a pair that is preferred with probability p", () => {
  const tau = 0.25;
  /** Replies 2 and 5, the best log-ratio gap h of the first over the second after so many steps. */
  const gapAfter = (p: number, loss: "ipo" | "dpo", maxSteps: number): number => {
    const pairs = labelledPairs([[2, 5]], () => p);
    const found = converge(
      (logps) => {
        const inputs = pairLogps(logps, small.referenceLogps, pairs);
        const { perExample } = loss === "ipo" ? ipoWith(m, inputs, { tau }) : dpoWith(m, inputs, { beta: tau });
        return populationLoss(perExample, pairs.weights);
      },
      { maxSteps, tolerance: 1e-14 },
    );
    const ratio = (y: number) => policyOf(found.parameters)[y] - small.referenceLogps[y];
    return ratio(2) - ratio(5);
  };

  it.each([0.5, 0.7, 0.9, 1])("IPO at p = %d stops at the gap (2p − 1)/(2τ)", (p) =>
    expect(gapAfter(p, "ipo", 2000)).toBeCloseTo((2 * p - 1) / (2 * tau), 6),
  );

  it("DPO at p = 0.9 stops at logit(p)/β, and at p = 1 goes on for ever", () => {
    expect(gapAfter(0.9, "dpo", 2000)).toBeCloseTo(Math.log(9) / tau, 5);
    const gaps = [10, 20, 40].map((steps) => gapAfter(1, "dpo", steps));
    expect(gaps[0]).toBeGreaterThan(3 / (2 * tau)); // past IPO's 2 nats three times over
    expect(gaps[1]).toBeGreaterThan(gaps[0] + 5);
    expect(gaps[2]).toBeGreaterThan(gaps[1] + 5);
  });
});

describe("KTO on replies of the reference, each with its thumb", () => {
  const good = small.rewards.map((reward) => reward > 0);
  const goodMass = referenceProbs.reduce((sum, p, y) => sum + (good[y] ? p : 0), 0);

  /** z0 is held while the policy moves, then measured again. */
  const train = (rounds: number, weightOf: (y: number, desirable: boolean) => number) => {
    let logits = small.referenceLogits;
    let loss = Number.NaN;
    for (let round = 0; round < rounds; round++) {
      const z0 = klDivergence(policyOf(logits), small.referenceLogps);
      const found = converge(
        (logps) =>
          [true, false]
            .map((label) => {
              const judged = judgedReplies(
                logps,
                small.referenceLogps,
                good.map(() => label),
                z0,
              );
              const weights = referenceProbs.map((p, y) => p * weightOf(y, label));
              return populationLoss(ktoWith(m, judged, { beta: 1 }).perExample, weights);
            })
            .reduce((sum, part) => m.add(sum, part)),
        { maxSteps: 500 },
        logits,
      );
      [logits, loss] = [found.parameters, found.loss];
    }
    return { logps: policyOf(logits), loss };
  };

  const conditional = small.referenceLogps.map((logp, y) => (good[y] ? logp - Math.log(goodMass) : -Infinity));

  // Where all good replies have one log-ratio the slopes are in proportion to π_ref, as stationarity asks; the bad ones
  // have none left. Then z0 = KL = log 1/π_ref(good) = r, so each good reply costs 1 − σ(0) and a bad one nothing.
  it("ends on π_ref given a thumb up, z0 on log 1/π_ref(good), the loss on π_ref(good)/2", () => {
    const { logps, loss } = train(4, (y, label) => Number(good[y] === label));
    expect(totalVariation(logps, conditional)).toBeLessThan(1e-3);
    expect(klDivergence(logps, small.referenceLogps)).toBeCloseTo(-Math.log(goodMass), 3);
    expect(loss).toBeCloseTo(goodMass / 2, 4);
  });

  // Ethayarajh et al. 2024, section 4.3: with contradicting labels the majority wins altogether; DPO would weigh it.
  it("with 60 % of the thumbs against them, drives replies out as if all were", () => {
    const { logps } = train(6, (y, label) => (good[y] === label ? 0.6 : 0.4));
    const badMass = logps.reduce((sum, logp, y) => sum + (good[y] ? 0 : Math.exp(logp)), 0);
    expect(1 - goodMass).toBeGreaterThan(0.5);
    expect(badMass).toBeLessThan(1e-2);
  });
});
