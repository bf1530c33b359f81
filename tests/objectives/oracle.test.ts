import * as tf from "@tensorflow/tfjs";
import { type DpoOptions, dpo, dpoVariants, oracle, sft, sftReductions } from "../../kernel-utils/src/objectives";
import { Random } from "../../kernel-utils/src/tensor/random";

type Rows = number[] | number[][];
type Inputs = Record<string, Rows>;
interface Case {
  name: string;
  options: Record<string, unknown>;
  inputs: Inputs;
}

const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];
const random = new Random("oracle tests");
const vector = (length: number, scale: number): number[] => Array.from({ length }, () => -scale * random.uniform());

/** Random requests at several scales; margins reach ±800 nats at the largest. */
const dpoCases: Case[] = [1, 40, 800].flatMap((scale) =>
  dpoVariants.flatMap((variant) =>
    [{}, { beta: 0.5, labelSmoothing: 0.2 }, { referenceFree: true }].map((options) => ({
      name: "dpo",
      options: { ...options, variant },
      inputs: Object.fromEntries(pairFields.map((field) => [field, vector(5, scale)])),
    })),
  ),
);
const sftCases: Case[] = sftReductions.map((reduction) => ({
  name: "sft",
  options: { reduction },
  inputs: {
    tokenLogps: [vector(4, 30), vector(4, 1e-8), vector(4, 5)],
    mask: [
      [0, 1, 1, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ],
  },
}));
const cases = [...dpoCases, ...sftCases];

const lossAt = (request: Case, inputs: Inputs): number => oracle({ ...request, inputs }).loss as number;

/** The field with one entry, counted row by row, moved by `by`. */
function nudge(inputs: Inputs, field: string, index: number, by: number): Inputs {
  let seen = 0;
  const move = (entry: number | number[]): number | number[] =>
    Array.isArray(entry) ? (entry.map(move) as number[]) : entry + (seen++ === index ? by : 0);
  return { ...inputs, [field]: inputs[field].map(move) as Rows };
}

describe("the oracle", () => {
  it.each(cases)("has exact gradients: $name $options", (request) => {
    const gradients = oracle({ ...request, grad: true }).gradients as Inputs;
    for (const [field, gradient] of Object.entries(gradients)) {
      gradient.flat().forEach((analytic, index) => {
        const step = 1e-4;
        const numeric =
          (lossAt(request, nudge(request.inputs, field, index, step)) -
            lossAt(request, nudge(request.inputs, field, index, -step))) /
          (2 * step);
        // 1e-6 of the larger, plus the rounding of a difference of two losses of this size
        const rounding = (1e-15 * Math.abs(lossAt(request, request.inputs))) / step;
        expect(Math.abs(analytic - numeric)).toBeLessThanOrEqual(
          1e-6 * Math.max(Math.abs(numeric), 1e-2) + 4 * rounding,
        );
      });
    }
  });

  it.each(cases)("agrees with the float32 tensors: $name $options", (request) => {
    const tensors = Object.fromEntries(Object.entries(request.inputs).map(([field, rows]) => [field, tf.tensor(rows)]));
    const onTensors = (inputs: Record<string, tf.Tensor>): tf.Scalar =>
      request.name === "dpo"
        ? dpo(inputs as unknown as Parameters<typeof dpo>[0], request.options as DpoOptions).loss
        : sft(inputs.tokenLogps, inputs.mask, request.options).loss;
    const expected = lossAt(request, request.inputs);
    expect(Math.abs(onTensors(tensors).dataSync()[0] - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, expected));

    const gradients = oracle({ ...request, grad: true }).gradients as Inputs;
    for (const [field, gradient] of Object.entries(gradients)) {
      if (request.options.referenceFree && field.startsWith("reference")) continue; // not connected, so tfjs refuses
      const onTape = tf
        .grad((x) => onTensors({ ...tensors, [field]: x }))(tensors[field])
        .dataSync();
      const scale = Math.max(1, ...gradient.flat().map(Math.abs));
      gradient.flat().forEach((value, i) => expect(Math.abs(onTape[i] - value)).toBeLessThanOrEqual(1e-5 * scale));
    }
  });

  it("gives log-probs of tokens with the shift inside: t predicts t + 1", () => {
    const logits = [
      [
        [0, 0],
        [1, 2],
        [9, 9],
      ],
    ]; // the last position predicts nothing
    const answer = oracle({ name: "sequence-logps", inputs: { logits, labels: [[1, 0, 1]] } });
    const second = 2 - Math.log(Math.E + Math.E ** 2); // log softmax([1, 2])[1]
    expect(answer.perToken).toEqual([[expect.closeTo(-Math.LN2, 12), expect.closeTo(second, 12)]]);
    expect(answer.sum).toEqual([expect.closeTo(second - Math.LN2, 12)]);
    expect(answer.mean).toEqual([expect.closeTo((second - Math.LN2) / 2, 12)]);
  });

  it("ignores label −100, and a row where nothing counts has mean 0", () => {
    const logits = [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ];
    const answer = oracle({
      name: "sequence-logps",
      inputs: {
        logits,
        labels: [
          [-100, 1],
          [0, -100],
        ],
      },
    });
    expect(answer).toMatchObject({ count: [1, 0], mean: [expect.closeTo(-Math.LN2, 12), 0], mask: [[1], [0]] });
  });
});

describe("the oracle refuses", () => {
  const good = Object.fromEntries(pairFields.map((field) => [field, [-1, -2]]));
  it.each([
    ["an unknown name", { name: "dop", inputs: good }, /unknown objective "dop"; known: sequence-logps, sft, dpo/],
    ["a missing field", { name: "sft", inputs: { mask: [[1]] } }, /sft: missing input "tokenLogps"/],
    [
      "an extra field",
      { name: "dpo", inputs: { ...good, logits: [1] } },
      /dpo: unknown input "logits"; known: policyCh/,
    ],
    [
      "a ragged array",
      { name: "sft", inputs: { tokenLogps: [[-1], [-1, -2]], mask: [[1], [1]] } },
      /tokenLogps\[1\]: ragged/,
    ],
    [
      "a null",
      { name: "dpo", inputs: { ...good, policyChosenLogps: [-1, null] } },
      /policyChosenLogps\[1\]: expected a finite/,
    ],
    [
      "text",
      { name: "dpo", inputs: { ...good, policyChosenLogps: "x" } },
      /policyChosenLogps: expected an array \[B\], got "x"/,
    ],
    [
      "a length mismatch",
      { name: "dpo", inputs: { ...good, referenceChosenLogps: [-1] } },
      /referenceChosenLogps has 1 along B/,
    ],
    ["an empty batch", { name: "dpo", inputs: { ...good, policyChosenLogps: [] } }, /policyChosenLogps: is empty/],
    [
      "an unknown option",
      { name: "dpo", inputs: good, options: { betta: 1 } },
      /unknown option "betta"; known: beta, variant/,
    ],
    [
      "an option of the wrong type",
      { name: "dpo", inputs: good, options: { beta: "0.1" } },
      /beta is "0.1"; it must be a number/,
    ],
    ["an option out of range", { name: "dpo", inputs: good, options: { beta: -1 } }, /beta is -1; it must be > 0/],
    [
      "a mask that is not 0 or 1",
      { name: "sft", inputs: { tokenLogps: [[-1]], mask: [[0.5]] } },
      /mask\[0\]\[0\]: expected 0 or 1/,
    ],
    ["gradients of what is no loss", { name: "sequence-logps", inputs: {}, grad: true }, /is no loss/],
    [
      "a label outside the vocabulary",
      { name: "sequence-logps", inputs: { logits: [[[0], [0]]], labels: [[0, 7]] } },
      /labels\[0\]\[1\]: is 7/,
    ],
    ["inputs that are no object", { name: "dpo", inputs: [1] }, /"inputs" must be an object/],
  ])("%s", (_what, request, message) => expect(() => oracle(request)).toThrow(message));
});
