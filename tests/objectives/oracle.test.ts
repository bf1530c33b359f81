import { oracle, oracleEntry } from "../../kernel-utils/src/objectives";
import { preferenceEntries } from "../../kernel-utils/src/objectives/oracle/entries/preference";
import { supervisedEntries } from "../../kernel-utils/src/objectives/oracle/entries/supervised";
import { expectExactGradients, expectTensorsAgree } from "./compare";
import { preferenceCases, tensorLosses } from "./preferenceCases";

const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];

describe("the oracle", () => {
  it.each(preferenceCases)("has exact gradients: $name $options", (request) => expectExactGradients(request));

  it.each(preferenceCases)("agrees with the float32 tensors: $name $options", (request) =>
    expectTensorsAgree(request, tensorLosses[request.name], request.options.referenceFree ? /^reference/ : undefined),
  );

  it.each(Object.keys({ ...supervisedEntries, ...preferenceEntries }).filter((name) => name !== "sequence-logps"))(
    "was asked for every input and option of %s",
    (name) => {
      const asked = preferenceCases.filter((request) => request.name === name);
      const { inputs, options } = oracleEntry(name);
      expect(new Set(asked.flatMap((request) => Object.keys(request.inputs)))).toEqual(new Set(Object.keys(inputs)));
      // online-dpo hands its options to dpo, which is asked for all of them
      if (name === "online-dpo") return;
      expect(new Set(asked.flatMap((request) => Object.keys(request.options)))).toEqual(new Set(Object.keys(options)));
    },
  );

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
    [
      "an unknown name",
      { name: "dop", inputs: good },
      /unknown objective "dop"; known: sequence-logps, sft, .*; did you mean "dpo"\?$/,
    ],
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
      /unknown option "betta"; known: beta, variant.*; did you mean "beta"\?$/,
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
