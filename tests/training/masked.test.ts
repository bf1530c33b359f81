/** Records of which every label is masked: a few cost a warning, a batch of them a step, all of them the run. */
import { Tokenizer } from "../../kernel-utils/src/text";
import { SftTrainer } from "../../kernel-utils/src/training";
import { useTestBackend } from "../tensor/support";
import { freshModel, letters, weightsOf } from "./rollouts/bandit";

jest.setTimeout(60_000); // several runs a test, on a machine that may be busy

beforeAll(useTestBackend);
afterEach(() => jest.restoreAllMocks());

/** One that gives an empty completion no token at all, not even the end. */
const tokenizer = Tokenizer.fromWords(letters);
const encodeCompletion = tokenizer.encodeCompletion.bind(tokenizer);
tokenizer.encodeCompletion = (text) => (text === "" ? [] : encodeCompletion(text));

const good = letters.map((prompt) => ({ prompt, completion: prompt }));
const masked = { prompt: "a b c", completion: "" };
const sft = (records: typeof good, options: object = {}) => {
  const model = freshModel();
  const trainer = new SftTrainer({ model, tokenizer, records, steps: 1, batchSize: records.length, ...options });
  return { model, run: trainer.run.bind(trainer) };
};
const silence = () => jest.spyOn(process.stderr, "write").mockReturnValue(true);

describe.each(["token", "sequence-mean", "sequence-sum"] as const)("%s", (reduction) => {
  it("learns from a batch with a masked record what it learns without it, and says so", async () => {
    silence();
    const without = sft(good, { reduction });
    const [clean] = (await without.run()).metrics;
    const mixed = sft([...good, masked], { reduction });
    const run = await mixed.run();
    expect(run.metrics[0].loss).toBeCloseTo(clean.loss, 5);
    expect(run.metrics[0].grad_norm).toBeCloseTo(clean.grad_norm, 4);
    expect(run.warnings).toEqual([
      expect.stringMatching(/^1 of 5 records have no token to learn \(record 4 is the first\)/),
    ]);
  });
});

it("skips a batch of masked records alone: nothing moves, the step is counted and named", async () => {
  const written = silence();
  const { model, run } = sft([...good, masked], { steps: 5, batchSize: 1 });
  const weights: number[][][] = [weightsOf(model)];
  const { metrics, warnings } = await run({ onStep: () => void weights.push(weightsOf(model)) });
  const skipped = metrics.findIndex((row) => row.skipped === 1);
  expect(metrics.filter((row) => row.skipped === 1)).toHaveLength(1); // five records in five steps: each once
  expect(weights[skipped + 1]).toEqual(weights[skipped]);
  for (const step of [0, 1, 2, 3, 4].filter((one) => one !== skipped)) {
    expect(weights[step + 1]).not.toEqual(weights[step]);
  }
  const text = `no label of the batch of step ${skipped + 1} counts, so the step was skipped (1 of ${skipped + 1} so far`;
  expect(warnings[1]).toContain(text);
  expect(written).toHaveBeenCalledWith(expect.stringContaining(text));
});

it("is refused where all records are masked", async () => {
  await expect(async () => sft([masked, masked]).run()).rejects.toThrow(
    /^SftTrainer: none of the 2 records has a token to learn: every label is masked; look at/,
  );
});
