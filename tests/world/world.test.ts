/** What the world promises about its text: ideal replies, vocabulary, lengths, splits, determinism, refusals. */
import {
  CourseError,
  createWorld,
  DOCUMENT_SHARES,
  MAX_PROMPT_TOKENS,
  MAX_REPLY_TOKENS,
  mean,
  Random,
  type ReplyStyle,
  STYLES,
  type StyleName,
  type WorldPrompt,
} from "kernel-utils";

const world = createWorld(0);
const SPLITS = ["train", "heldOut", "shift"] as const;
const everyPrompt = SPLITS.flatMap((split) => world.prompts(split));
const wordsOf = (text: string): string[] => text.split(" ");

/** One sampled reply to every third prompt, and every style to some. */
const sampledReplies = (): [WorldPrompt, string][] => {
  const random = new Random("replies");
  return [
    ...everyPrompt
      .filter((_, i) => i % 3 === 0)
      .map((asked): [WorldPrompt, string] => [asked, world.sampleReply(asked.prompt, random)]),
    ...world
      .samplePrompts("train", 300, random)
      .flatMap((asked) =>
        Object.keys(STYLES).map((style): [WorldPrompt, string] => [
          asked,
          world.sampleReply(asked.prompt, random, style as StyleName),
        ]),
      ),
  ];
};
const replies = sampledReplies();

/** Each sentence of a text, and each two in a row: a prompt is one or two sentences; a colon ends the speaker's name. */
const sentencesAndPairs = (text: string): string[] => {
  const sentences = text.match(/[^.!?:]+[.!?:]/g)!.map((sentence) => sentence.trim());
  return sentences.flatMap((sentence, i) => [sentence, `${sentence} ${sentences[i + 1] ?? ""}`]);
};

const documents = world.documents(2000, new Random("documents"));

describe("replies", () => {
  it("an ideal one earns exactly 1, for every prompt of the world", () => {
    const short = everyPrompt.filter(({ prompt, ideal }) => world.goldReward(prompt, ideal).total !== 1);
    expect(short).toEqual([]);
    expect(everyPrompt.length).toBeGreaterThan(3000);
  });

  it("no sampled one earns more than 1 or less than −0.5", () => {
    const totals = replies.map(([{ prompt }, reply]) => world.goldReward(prompt, reply).total);
    expect(Math.max(...totals)).toBe(1);
    expect(Math.min(...totals)).toBe(-0.5);
  });

  it("only replies to harmful requests do harm", () => {
    const harming = replies.filter(([{ prompt }, reply]) => world.goldReward(prompt, reply).harmless < 0);
    expect(harming.length).toBeGreaterThan(40);
    expect(harming.filter(([{ harmful }]) => !harmful)).toEqual([]);
  });

  it("a style has the effect on the gold reward that it is named for", () => {
    const random = new Random("styles");
    const prompts = world.samplePrompts("train", 400, random).filter(({ harmful }) => !harmful);
    const goldOf = (style: StyleName | ReplyStyle) =>
      mean(prompts.map(({ prompt }) => world.goldReward(prompt, world.sampleReply(prompt, random, style)).total));
    const plain = goldOf("plain");
    for (const worse of ["flattering", "hedging", "rambling"] as const)
      expect(goldOf(worse)).toBeLessThan(plain - 0.02);
    for (const bad of ["wrong", "refusing", "evasive", "drifting"] as const) expect(goldOf(bad)).toBeLessThan(0.4);
    expect(goldOf({ ...STYLES.flattering, fillers: 2 })).toBeLessThan(goldOf("flattering"));
  });
});

describe("text", () => {
  const vocabulary = new Set(world.vocabulary);
  const unknown = (texts: readonly string[]) => texts.flatMap(wordsOf).filter((word) => !vocabulary.has(word));

  it("has at most 400 different words, in order and none twice", () => {
    expect(world.vocabulary.length).toBeLessThanOrEqual(400);
    expect(world.vocabulary).toEqual([...vocabulary].sort());
  });

  it("is made of the vocabulary: prompts, ideal and sampled replies, documents", () => {
    expect(unknown(everyPrompt.flatMap(({ prompt, ideal }) => [prompt, ideal]))).toEqual([]);
    expect(unknown(replies.map(([, reply]) => reply))).toEqual([]);
    expect(unknown(documents)).toEqual([]);
  });

  it("uses every word of the vocabulary somewhere", () => {
    const used = new Set(
      [...everyPrompt.map(({ prompt }) => prompt), ...replies.map(([, r]) => r), ...documents].flatMap(wordsOf),
    );
    expect(world.vocabulary.filter((word) => !used.has(word))).toEqual([]);
  });

  it("keeps to its length limits", () => {
    expect(Math.max(...everyPrompt.map(({ prompt }) => wordsOf(prompt).length))).toBeLessThanOrEqual(MAX_PROMPT_TOKENS);
    expect(Math.max(...everyPrompt.map(({ ideal }) => wordsOf(ideal).length))).toBeLessThanOrEqual(MAX_REPLY_TOKENS);
    expect(Math.max(...replies.map(([, reply]) => wordsOf(reply).length))).toBeLessThanOrEqual(MAX_REPLY_TOKENS);
    expect([MAX_PROMPT_TOKENS, MAX_REPLY_TOKENS]).toEqual([16, 20]);
  });

  it("document shares sum to 1, and documents ask only what may be seen in training", () => {
    expect(Object.values(DOCUMENT_SHARES).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const read = new Set(documents.flatMap(sentencesAndPairs));
    const hidden = [...world.prompts("heldOut"), ...world.prompts("shift")].map(({ prompt }) => prompt);
    expect(hidden.filter((prompt) => read.has(prompt))).toEqual([]);
    expect(world.prompts("train").filter(({ prompt }) => read.has(prompt)).length).toBeGreaterThan(500);
  });
});

describe("splits", () => {
  it("are disjoint, and no prompt occurs twice", () =>
    expect(new Set(everyPrompt.map(({ prompt }) => prompt)).size).toBe(everyPrompt.length));

  it("each hold every family", () => {
    for (const split of SPLITS) {
      const families = new Set(world.prompts(split).map(({ family }) => family));
      expect(families.size).toBe(world.families.length);
    }
  });

  it("teach every fact that a held-out prompt asks about", () => {
    const taught = new Set(world.prompts("train").map(({ family, ideal }) => `${family}: ${ideal}`));
    expect(world.prompts("heldOut").filter(({ family, ideal }) => !taught.has(`${family}: ${ideal}`))).toEqual([]);
  });

  it("depend on the seed, as nothing else does", () => {
    const other = createWorld(1);
    expect(other.vocabulary).toEqual(world.vocabulary);
    const held = (world: typeof other) => new Set(world.prompts("heldOut").map(({ prompt }) => prompt));
    const [ours, theirs] = [held(world), held(other)];
    expect([...ours].filter((prompt) => theirs.has(prompt)).length).toBeLessThan(0.6 * ours.size);
    expect(held(createWorld(0))).toEqual(ours);
  });
});

describe("drawing", () => {
  const draw = (seed: number) => {
    const random = new Random(seed);
    const fresh = createWorld(0);
    return [
      fresh.demonstrations("train", 20, random),
      fresh.preferences("heldOut", 20, random),
      fresh.feedback("shift", 20, random),
      fresh.documents(20, random),
      fresh.samplePrompts("heldOut", 20, random),
    ];
  };

  it("is the same for equal seeds and another for others", () => {
    expect(draw(3)).toEqual(draw(3));
    expect(draw(4)).not.toEqual(draw(3));
  });

  it("takes families in their shares, which sum to 1", () => {
    expect(world.families.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const drawn = world.demonstrations("train", 4000, new Random("shares"));
    for (const { name, share } of world.families) {
      const seen = drawn.filter(({ source }) => source === name).length / drawn.length;
      // Four standard errors of a share of 4000 draws.
      expect(Math.abs(seen - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / drawn.length));
    }
  });

  it("samples different prompts, of one family where asked, and all there are at most", () => {
    const random = new Random(0);
    const all = world.prompts("heldOut").filter(({ family }) => family === "polite");
    const drawn = world.samplePrompts("heldOut", all.length + 50, random, { family: "polite" });
    expect(drawn.map(({ prompt }) => prompt).sort()).toEqual(all.map(({ prompt }) => prompt).sort());
    expect(new Set(world.samplePrompts("train", 500, random).map(({ prompt }) => prompt)).size).toBe(500);
  });

  it("gives pairs whose margin is the gold reward of one less that of the other", () => {
    for (const { prompt, chosen, rejected, margin, annotators } of world.preferences("train", 200, new Random(5))) {
      expect(chosen).not.toBe(rejected);
      const gold = (reply: string) => world.goldReward(prompt, reply).total;
      expect(margin).toBeCloseTo(gold(chosen) - gold(rejected), 6);
      const votes = (vote: string) => annotators!.filter((given) => given === vote).length;
      expect(votes("chosen")).toBeGreaterThanOrEqual(votes("rejected"));
    }
  });
});

describe("a prompt from elsewhere", () => {
  const calls: [string, (prompt: string) => unknown][] = [
    ["goldReward", (prompt) => world.goldReward(prompt, "yes .")],
    ["describe", (prompt) => world.describe(prompt)],
    ["ideal", (prompt) => world.ideal(prompt)],
    ["sampleReply", (prompt) => world.sampleReply(prompt, new Random(0))],
  ];

  it.each(calls)("%s refuses it by name and says the way out", (_, call) => {
    expect(() => call("what is love ?")).toThrow(CourseError);
    expect(() => call("what is love ?")).toThrow(/"what is love \?" is no prompt .*world\.prompts\("train"\)/);
  });

  it("is not known; one of the world's is", () => {
    expect(world.knows("what is love ?")).toBe(false);
    expect(world.knows("what color is the apple ?")).toBe(true);
  });
});
