/** The trainers of the preference family: each objective's first step by hand, KTO's reference point, refusals. */
import { createModel, type LanguageModel } from "../../kernel-utils/src/model";
import { Random } from "../../kernel-utils/src/tensor";
import { Tokenizer } from "../../kernel-utils/src/text";
import {
  collateSft,
  KtoTrainer,
  PreferenceTrainer,
  type PreferenceTrainerOptions,
  SftTrainer,
  scoreExamples,
} from "../../kernel-utils/src/training";
import { mismatch } from "../../kernel-utils/src/training/ktoTrainer";
import { tinyConfig } from "../model/tinyModel";
import { useTestBackend } from "../tensor/support";

beforeAll(useTestBackend);
beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const letters = ["a", "b", "c", "d", "e", "f", "g"];
const tokenizer = Tokenizer.fromWords(letters);
const freshModel = (seed = 0): LanguageModel => {
  const shape = { hidden_size: 16, intermediate_size: 32, head_dim: 8 };
  return createModel(tinyConfig({ vocab_size: tokenizer.vocabularySize, ...shape }), new Random(seed));
};
const pairs = letters.slice(1).map((letter) => ({ prompt: letter, chosen: `${letter} ${letter}`, rejected: "a" }));
const train = (options: Partial<PreferenceTrainerOptions>) =>
  new PreferenceTrainer({ tokenizer, records: pairs, model: freshModel(), batchSize: 6, steps: 1, ...options }).run();

const logSigmoid = (x: number): number => -Math.log1p(Math.exp(-x));
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the model says of each pair before the first step. */
async function scored() {
  const model = freshModel();
  const of = async (side: "chosen" | "rejected") =>
    scoreExamples(
      model,
      pairs.map((pair) => collateSft(tokenizer, pair.prompt, pair[side])),
    );
  const [chosen, rejected] = [await of("chosen"), await of("rejected")];
  return chosen.map((score, i) => ({ w: score, l: rejected[i] }));
}

describe("the first loss by hand", () => {
  const logOdds = (a: number): number => a - Math.log(1 - Math.exp(a));
  type Pair = Awaited<ReturnType<typeof scored>>[number];
  const expected: [Partial<PreferenceTrainerOptions>, (pair: Pair) => number][] = [
    [{ objective: "dpo", beta: 0.3 }, () => Math.LN2],
    [{ objective: "dpo", variant: "hinge" }, () => 1],
    // h = 0, so the logit is the penalty times the difference in length: 3 tokens against 2
    [{ objective: "dpo", lengthPenalty: 0.5 }, ({ w, l }) => -logSigmoid(0.5 * (w.count - l.count))],
    [{ objective: "ipo", tau: 0.5 }, () => 1],
    [{ objective: "ipo", tau: 0.25, logps: "mean" }, () => 4],
    [{ objective: "orpo", lambda: 0.7 }, ({ w, l }) => -w.mean - 0.7 * logSigmoid(logOdds(w.mean) - logOdds(l.mean))],
    [{ objective: "simpo", beta: 1.5, gamma: 0.4 }, ({ w, l }) => -logSigmoid(1.5 * (w.mean - l.mean) - 0.6)],
    [{ objective: "cpo", beta: 0.2, alpha: 0.5 }, ({ w, l }) => -logSigmoid(0.2 * (w.sum - l.sum)) - 0.5 * w.mean],
    [{ objective: "slic", delta: 2, lambda: 0.1 }, ({ w, l }) => Math.max(0, 2 - w.sum + l.sum) - 0.1 * w.mean],
  ];
  it.each(expected)("%j", async (options, loss) => {
    const run = await train(options);
    expect(run.metrics[0].loss).toBeCloseTo(mean((await scored()).map(loss)), 4);
    expect(run.config).toMatchObject(options);
  });
});

it.each(["ipo", "orpo", "simpo", "cpo", "slic"] as const)("%s learns to prefer", async (objective) => {
  const run = await train({ objective, steps: 40, learningRate: 5e-3 });
  const last = run.metrics[run.metrics.length - 1];
  expect(last["rewards/accuracies"]).toBe(1);
  expect(last.loss).toBeLessThan(run.metrics[0].loss);
});

it("refuses an objective that does not exist, and another's option", async () => {
  await expect(train({ objective: "simp" as "simpo" })).rejects.toThrow(/objective is "simp"; did you mean simpo\?/);
  await expect(train({ objective: "orpo", tau: 1 })).rejects.toThrow(
    /objective orpo has no option tau; it takes lambda/,
  );
});

describe("the KTO trainer", () => {
  const records = letters.map((letter, i) => ({
    prompt: letter,
    completion: i % 2 ? "a" : `${letter} b`,
    label: i % 2 === 0,
  }));
  const options = { tokenizer, records, batchSize: 7, learningRate: 5e-3 };

  it("starts at 0.5, with z0 and rewards 0", async () => {
    const run = await new KtoTrainer({ ...options, model: freshModel(), steps: 1 }).run();
    expect(run.metrics[0].loss).toBeCloseTo(0.5, 5);
    expect(run.metrics[0].kl).toBeCloseTo(0, 4);
    expect(run.metrics[0]).toMatchObject({ "count/chosen": 4, "count/rejected": 3 });
  });

  it("has z0 from the next prompt's replies, and the loss that follows from it", async () => {
    const [model, reference, beta] = [freshModel(0), freshModel(1), 0.5];
    const run = await new KtoTrainer({ ...options, model: freshModel(0), reference, beta, steps: 1 }).run();
    const logRatios = async (of: { prompt: string; completion: string }[]) => {
      const examples = of.map(({ prompt, completion }) => collateSft(tokenizer, prompt, completion));
      const [ours, theirs] = [await scoreExamples(model, examples), await scoreExamples(reference, examples)];
      return ours.map(({ sum }, i) => sum - theirs[i].sum);
    };
    const next = records.map(({ prompt }, i) => ({ prompt, completion: records[(i + 1) % 7].completion }));
    const z0 = Math.max(0, mean(await logRatios(next)));
    const losses = (await logRatios(records)).map(
      (r, i) => 1 / (1 + Math.exp(beta * (records[i].label ? r - z0 : z0 - r))),
    );
    expect(run.metrics[0].kl).toBeCloseTo(z0, 4);
    expect(run.metrics[0].loss).toBeCloseTo(mean(losses), 5);
  });

  it("takes z0 over the whole batch, so that parts add up to it", async () => {
    const reference = freshModel(1);
    const losses = async (accumulationSteps: number) => {
      const run = await new KtoTrainer({
        ...options,
        model: freshModel(),
        reference,
        accumulationSteps,
        steps: 6,
      }).run();
      return run.metrics.map(({ loss, kl, grad_norm }) => [loss, kl, grad_norm]);
    };
    const [whole, parts] = [await losses(1), await losses(7)];
    parts.forEach((row, step) => {
      row.forEach((value, i) => expect(value).toBeCloseTo(whole[step][i], 3));
    });
  });

  it("raises desirable replies over the others, and goes on with its reference", async () => {
    const trainer = new KtoTrainer({ ...options, model: freshModel(), steps: 40, beta: 0.3 });
    const run = await trainer.run();
    expect(run.metrics[39]["rewards/margins"]).toBeGreaterThan(1);
    expect((await trainer.run()).metrics[0]["rewards/margins"]).toBeGreaterThan(1);
  });

  it("passes over records of the same prompt, and refuses a single one", () => {
    const feedback = (prompt: string, completion: string) => ({ prompt, completion, label: true });
    const three = [feedback("a", "b"), feedback("a", "c"), feedback("d", "e")];
    expect(mismatch(three).map(({ completion }) => completion)).toEqual(["e", "e", "b"]);
    expect(() => mismatch(three.slice(0, 2))).toThrow(/all 2 records have one prompt/);
  });

  it("warns of a batch of one, of classes out of balance, and of a vanished end token", async () => {
    const one = await new KtoTrainer({ ...options, model: freshModel(), batchSize: 1, steps: 1 }).run();
    expect(one.warnings.join()).toMatch(/a batch holds one record/);
    const liked = records.map((record, i) => ({ ...record, label: i > 0 }));
    const unbalanced = await new KtoTrainer({ ...options, records: liked, model: freshModel(), steps: 1 }).run();
    expect(unbalanced.warnings.join()).toMatch(/weigh 6 times the undesirable ones \(6 against 1 records\)/);
    const balanced = await new KtoTrainer({
      ...options,
      records: liked,
      undesirableWeight: 5,
      model: freshModel(),
      steps: 1,
    }).run();
    expect(balanced.warnings).toEqual([]);
    const config = { ...freshModel().config, eos_token_id: 3 }; // generation waits for a token that replies do not end with
    const model = createModel(config, new Random(0));
    const run = await new SftTrainer({ model, tokenizer, records, steps: 1 }).run();
    expect(run.warnings).toEqual([expect.stringMatching(/no target holds the end token \(id 3\)/)]);
  });
});

it("evaluates on its schedule and shows both in one table", async () => {
  const seen: number[] = [];
  const model = freshModel();
  const trainer = new SftTrainer({
    model,
    tokenizer,
    records: pairs.map(({ prompt, chosen }) => ({ prompt, completion: chosen })),
    steps: 7,
  });
  const run = await trainer.run({
    evaluate: async ({ step }) => ({ square: step * step }),
    evaluateEvery: 3,
    onEvaluate: ({ step, metrics }) => void seen.push(step, metrics.square),
  });
  expect(seen).toEqual([3, 9, 6, 36, 7, 49]);
  const table = run.table();
  expect(table.numRows()).toBe(7);
  expect(table.array("step")).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(table.array("loss")).toEqual(run.metrics.map(({ loss }) => loss));
  expect(table.array("evaluation/square")).toEqual([null, null, 9, null, null, 36, 49]);
});
