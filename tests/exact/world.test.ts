import {
  enumerateWorld,
  expectedReward,
  klDivergence,
  logitsOf,
  replyLogps,
  replyLogpsOf,
  totalVariation,
} from "../../kernel-utils/src/exact";
import { leaf, float64Arithmetic as m } from "../../kernel-utils/src/objectives/arithmetic/float64";
import { makeWorld } from "./worlds";

const sumOf = (logps: readonly number[]): number => logps.reduce((sum, logp) => sum + Math.exp(logp), 0);

describe("the enumerable world", () => {
  it("holds every reply once: 2 tokens and length 2 give EOS, a EOS and the cut a a", () => {
    const { prefixes, replies, lookups } = enumerateWorld({ vocabulary: 2, maxLength: 2 });
    expect(prefixes).toEqual([[], [1]]);
    expect(replies).toEqual([[0], [1, 0], [1, 1]]);
    expect(lookups).toEqual([0, -1, 1, 2, 1, 3]); // row · V + token
  });

  it.each([
    { vocabulary: 5, maxLength: 4, prefixes: 85, replies: 341 }, // 1 + 4 + 16 + 64, and 4⁴ cut ones more
    { vocabulary: 3, maxLength: 3, prefixes: 7, replies: 15 },
    { vocabulary: 2, maxLength: 1, prefixes: 1, replies: 2 },
  ])("V $vocabulary, length $maxLength: $prefixes prefixes, $replies replies", ({ prefixes, replies, ...size }) => {
    const world = enumerateWorld(size);
    expect([world.prefixes.length, world.replies.length]).toEqual([prefixes, replies]);
    expect(new Set(world.replies.map((reply) => reply.join())).size).toBe(replies);
  });

  it("gives probabilities that sum to 1, cut replies included, also for logits of ±900", () => {
    const { referenceLogps, referenceLogits, world } = makeWorld(5, 4);
    expect(sumOf(referenceLogps)).toBeCloseTo(1, 12);
    const extreme = replyLogpsOf(
      world,
      referenceLogits.map((logit) => 900 * Math.sign(logit)),
    );
    expect(sumOf(extreme)).toBeCloseTo(1, 12);
  });

  it("multiplies the conditional probabilities along a reply", () => {
    // first token: EOS ¼, a ¾; after a: EOS ⅓, a ⅔
    const logits = [1, 3, 1, 2].map(Math.log);
    const logps = replyLogpsOf(enumerateWorld({ vocabulary: 2, maxLength: 2 }), logits);
    [1 / 4, 1 / 4, 1 / 2].forEach((p, y) => expect(Math.exp(logps[y])).toBeCloseTo(p, 14));
  });

  it("can be any distribution: the logits of a distribution give it back", () => {
    const { world, random } = makeWorld(4, 3);
    const weights = world.replies.map(() => random.uniform());
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const probs = weights.map((weight) => weight / total);
    const logps = replyLogpsOf(world, logitsOf(world, probs));
    logps.forEach((logp, y) => expect(Math.exp(logp)).toBeCloseTo(probs[y], 14));
  });

  it("differentiates log-probs exactly", () => {
    const { world, shape, referenceLogits, rewards } = makeWorld(3, 3);
    const value = (logits: number[]) => m.sum(m.mul(replyLogps(world, leaf(logits, shape)), leaf(rewards, [15])));
    const logits = leaf(referenceLogits, shape);
    m.sum(m.mul(replyLogps(world, logits), leaf(rewards, [15]))).backward();
    referenceLogits.forEach((_, i) => {
      const moved = (by: number) => value(referenceLogits.map((x, j) => (i === j ? x + by : x))).values[0];
      expect(logits.gradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
    });
  });

  it("refuses what is too much to enumerate", () => {
    expect(() => enumerateWorld({ vocabulary: 6, maxLength: 4 })).toThrow(/vocabulary is 6.*from 2 to 5/);
    expect(() => enumerateWorld({ vocabulary: 3, maxLength: 0 })).toThrow(/maxLength is 0.*from 1 to 4/);
  });
});

describe("measures", () => {
  const p = [0.5, 0.5].map(Math.log);
  const q = [0.25, 0.75].map(Math.log);
  it("are those of two coins", () => {
    expect(klDivergence(p, q)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 14); // 0.1438
    expect(totalVariation(p, q)).toBeCloseTo(0.25, 14);
    expect(expectedReward(q, [1, 5])).toBeCloseTo(4, 14);
    expect(klDivergence([0, -Infinity], p)).toBeCloseTo(Math.LN2, 14); // 0 log 0 = 0
  });
});
