/** Annotators: Bradley–Terry probabilities by hand, agreement that rises with the margin, and each bias by itself. */
import {
  type Annotator,
  compareReplies,
  createWorld,
  giveThumb,
  mean,
  preferenceProbability,
  Random,
  type ScoredReply,
  THUMB_THRESHOLD,
} from "kernel-utils";

const world = createWorld(0);
const neutral: Annotator = {
  name: "neutral",
  sharpness: 2,
  lengthLiking: 0,
  flatteryLiking: 0,
  agreementLiking: 0,
  inattention: 0,
};
const reply = (text: string, gold: number): ScoredReply => ({ text, gold });
const plain = reply("the apple is red .", 0.5);

describe("preferenceProbability", () => {
  it("is σ(2 · 0.75 − 2 · 0.25) = σ(1) = 0.731059 without biases", () =>
    expect(preferenceProbability(neutral, reply("a", 0.75), reply("b", 0.25))).toBeCloseTo(0.7310585786300049, 14));

  it("is pulled to a half by inattention: 0.8 σ(1) + 0.1 = 0.684847", () => {
    const careless = { ...neutral, inattention: 0.2 };
    expect(preferenceProbability(careless, reply("a", 0.75), reply("b", 0.25))).toBeCloseTo(0.6848468629040039, 14);
  });

  it("of a pair and of the pair turned round sum to 1", () => {
    for (const annotator of world.annotators) {
      const [a, b] = [reply("yes , you are right .", 0.3), reply("you are so smart ! it is red .", 0.6)];
      const both = preferenceProbability(annotator, a, b) + preferenceProbability(annotator, b, a);
      expect(both).toBeCloseTo(1, 14);
    }
  });

  const logit = (p: number): number => Math.log(p / (1 - p));
  /** Log-odds for `text` over `plain` at equal gold: the bias alone. */
  const bias = (annotator: Annotator, text: string): number =>
    logit(preferenceProbability(annotator, reply(text, 0.5), plain));

  it("liking length pays for each token more: 4 tokens at 0.1 are 0.4", () => {
    const likes = { ...neutral, lengthLiking: 0.1 };
    expect(bias(likes, "the apple is red . it is small .")).toBeCloseTo(0.4, 12);
    expect(bias(neutral, "the apple is red . it is small .")).toBeCloseTo(0, 12);
  });

  it("liking flattery pays for each flattery: two at 1.2 are 2.4", () => {
    const likes = { ...neutral, flatteryLiking: 1.2 };
    expect(bias(likes, "you are so smart ! i love your question ! it is red .")).toBeCloseTo(2.4, 12);
    expect(bias(likes, "the apple is red . it is small .")).toBeCloseTo(0, 12);
  });

  it("liking agreement pays once for being told yes", () => {
    const likes = { ...neutral, agreementLiking: 1.5 };
    expect(bias(likes, "yes , the apple is red .")).toBeCloseTo(1.5, 12);
    expect(bias(likes, "yes , you are right . yes .")).toBeCloseTo(1.5, 12);
    expect(bias(likes, "no , the apple is red .")).toBeCloseTo(0, 12);
  });
});

describe("compareReplies", () => {
  it("calls a difference of less than 0.2 log-odds a tie and no other", () => {
    const random = new Random(1);
    const verdicts = (gold: number) =>
      Array.from({ length: 50 }, () => compareReplies(neutral, reply("a", 0.5 + gold), reply("b", 0.5), random));
    expect(new Set(verdicts(0.09))).toEqual(new Set(["tie"])); // 2 · 0.09 = 0.18
    expect(verdicts(0.11)).not.toContain("tie"); // 2 · 0.11 = 0.22
  });

  it("answers as often as the probability says", () => {
    const random = new Random(2);
    const draws = 4000;
    const first = Array.from({ length: draws }, () =>
      compareReplies(neutral, reply("a", 0.75), reply("b", 0.25), random),
    ).filter((verdict) => verdict === "first").length;
    // Four standard errors of a share of 4000: 4 √(0.731 · 0.269 / 4000) = 0.028.
    expect(Math.abs(first / draws - 0.7310585786)).toBeLessThan(0.028);
  });
});

describe("giveThumb", () => {
  const upShare = (annotator: Annotator, gold: number): number => {
    const random = new Random(3);
    const ups = Array.from({ length: 4000 }, () => giveThumb(annotator, reply("x", gold), random)).filter(Boolean);
    return ups.length / 4000;
  };

  it("is undecided at the threshold", () =>
    expect(Math.abs(upShare(neutral, THUMB_THRESHOLD) - 0.5)).toBeLessThan(0.032));

  it("at half a unit above, with sharpness 2, is up with σ(1) = 0.731", () =>
    expect(Math.abs(upShare(neutral, THUMB_THRESHOLD + 0.5) - 0.7310585786)).toBeLessThan(0.028));

  it("is a coin where nobody looks", () =>
    expect(Math.abs(upShare({ ...neutral, sharpness: 50, inattention: 1 }, 1) - 0.5)).toBeLessThan(0.032));
});

describe("agreement with the gold reward", () => {
  const pairs = world.preferences("train", 4000, new Random("agreement")).filter(({ margin }) => margin !== 0);
  const bands = [
    [0, 0.1],
    [0.1, 0.3],
    [0.5, 2],
  ] as const;

  /** Wilson's 95 % interval of the share of votes that follow the gold reward, ties left out (Wilson 1927). */
  const agreement = (annotator: number, [low, high]: readonly [number, number]): { low: number; high: number } => {
    const votes = pairs
      .filter(({ margin }) => Math.abs(margin) > low && Math.abs(margin) <= high)
      .map(({ annotators, margin }) => ({ vote: annotators![annotator], margin }))
      .filter(({ vote }) => vote !== "tie");
    const n = votes.length;
    const share = votes.filter(({ vote, margin }) => (vote === "chosen") === margin > 0).length / n;
    const z = 1.96;
    const center = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
    return { low: center - half, high: center + half };
  };

  it.each(world.annotators.map(({ name }, index) => [name, index] as const))(
    "of the annotator “%s” rises with the margin",
    (_, index) => {
      const [small, middle, large] = bands.map((band) => agreement(index, band));
      expect(small.high).toBeLessThan(large.low);
      expect(middle.high).toBeLessThan(large.low);
      expect(small.low).toBeLessThan(middle.high);
      expect(large.low).toBeGreaterThan(0.85);
    },
  );

  it("is highest for the careful one where the difference is plain", () => {
    const [careful, hasty] = [agreement(0, [0.5, 2]), agreement(1, [0.5, 2])];
    expect(careful.low).toBeGreaterThan(hasty.high);
  });

  it.each([
    ["likes length", (text: string) => text.split(" ").length],
    ["likes flattery", (text: string) => text.split(/smart !|question !/).length],
    ["likes agreement", (text: string) => (/(^| )yes /.test(text) ? 1 : 0)],
  ] as const)("the one who “%s” falls for it more often than without that liking", (name, trait) => {
    // Pairs in which the worse reply has more of the trait.
    const tempting = pairs.filter(({ margin, chosen, rejected }) => (trait(chosen) - trait(rejected)) * margin < 0);
    const annotator = world.annotators.find((candidate) => candidate.name === name)!;
    const unbiased = { ...annotator, lengthLiking: 0, flatteryLiking: 0, agreementLiking: 0 };
    const fallsFor = (judge: Annotator): number =>
      mean(
        tempting.map(({ prompt, chosen, rejected, margin }) => {
          const [better, worse] = (margin > 0 ? [chosen, rejected] : [rejected, chosen]).map((text) =>
            reply(text, world.goldReward(prompt, text).total),
          );
          return preferenceProbability(judge, worse, better);
        }),
      );
    expect(tempting.length).toBeGreaterThan(40);
    expect(fallsFor(annotator)).toBeGreaterThan(1.25 * fallsFor(unbiased));
  });
});
