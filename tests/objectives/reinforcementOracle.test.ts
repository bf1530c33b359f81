import * as tf from "@tensorflow/tfjs";
import { oracle, oracleEntry } from "../../kernel-utils/src/objectives";
import { exactEntries } from "../../kernel-utils/src/objectives/oracle/entries/exact";
import { reinforcementEntries } from "../../kernel-utils/src/objectives/oracle/entries/reinforcement";
import { expectExactGradients, expectTensorsAgree, type Rows } from "./compare";
import { arrayCases, reinforcementCases, tensorArrays, tensorLosses } from "./reinforcementCases";

const flat = (value: unknown): number[] => (Array.isArray(value) ? value.flatMap(flat) : [Number(value)]);

describe("the oracle, reinforcement family", () => {
  it.each(reinforcementCases)("has exact gradients: $name $options", (request) => expectExactGradients(request));

  it.each(reinforcementCases)("agrees with the float32 tensors: $name $options", (request) =>
    expectTensorsAgree(request, tensorLosses[request.name]),
  );

  it.each(arrayCases)("agrees with the float32 tensors, array by array: $name $options", (request) => {
    const tensors = Object.fromEntries(
      Object.entries(request.inputs).map(([field, rows]) => [field, tf.cast(tf.tensor(rows as number[]), "float32")]),
    );
    const answer = oracle(request);
    for (const [field, onTensors] of Object.entries(tensorArrays[request.name](tensors, request))) {
      const wanted = flat(answer[field]);
      const found = onTensors.dataSync();
      expect(found).toHaveLength(wanted.length);
      wanted.forEach((value, i) =>
        expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value))),
      );
    }
  });

  it.each(Object.keys(reinforcementEntries).filter((name) => name !== "adaptive-kl"))(
    "was asked for every input and option of %s",
    (name) => {
      const asked = [...reinforcementCases, ...arrayCases].filter((request) => request.name === name);
      const { inputs, options } = oracleEntry(name);
      expect(new Set(asked.flatMap((request) => Object.keys(request.inputs)))).toEqual(new Set(Object.keys(inputs)));
      expect(new Set(asked.flatMap((request) => Object.keys(request.options)))).toEqual(new Set(Object.keys(options)));
    },
  );

  it("takes the replies of a prompt nested under it, and answers in that nesting", () => {
    const request = reinforcementCases.find(({ name }) => name === "grpo");
    if (!request) throw new Error("no grpo case");
    const nested = (rows: Rows): Rows => (Array.isArray(rows) ? [rows.slice(0, 2), rows.slice(2)] : rows);
    const { rewards, ...perReply } = request.inputs;
    const inputs = { rewards, ...Object.fromEntries(Object.entries(perReply).map(([f, rows]) => [f, nested(rows)])) };
    const wanted = oracle({ ...request, grad: true }) as Record<string, Rows> & { gradients: Record<string, Rows> };
    const found = oracle({ ...request, inputs, grad: true }) as typeof wanted;
    expect(found.loss).toBe(wanted.loss);
    expect(found.perToken).toEqual(nested(wanted.perToken));
    expect(found.gradients.logps).toEqual(nested(wanted.gradients.logps));
  });

  const grpoRewards = { rewards: [[1, 2]] };
  it.each([
    ["gradients of advantages alone", { name: "grpo", inputs: grpoRewards, grad: true }, /give no loss.*ask without/],
    [
      "half the arrays of a loss",
      { name: "grpo", inputs: { ...grpoRewards, logps: [[-1], [-1]] } },
      /missing input "oldLogps", "mask"/,
    ],
    [
      "an unknown estimator",
      { name: "kl", inputs: { logps: [0], referenceLogps: [0] }, options: { estimator: "k4" } },
      /estimator is "k4"; choose one of/,
    ],
    [
      "ranks that differ",
      { name: "kl", inputs: { logps: [0], referenceLogps: [[0]] } },
      /referenceLogps has shape \[1,1\]/,
    ],
    [
      "a length beyond the row",
      { name: "ppo-rewards", inputs: { logps: [[0]], referenceLogps: [[0]], scores: [1], lengths: [2] } },
      /lengths\[0\] is 2/,
    ],
    ["ddof 3", { name: "whiten", inputs: { values: [[1]] }, options: { ddof: 3 } }, /ddof is 3; it must be 0 or 1/],
    [
      "a missing step count",
      { name: "adaptive-kl", inputs: { observedKl: [1] } },
      /steps is undefined; it must be > 0/,
    ],
    [
      "both modes of best-of-n",
      { name: "best-of-n", inputs: { referenceProbs: [1], rewards: [1] }, options: { n: 1 } },
      /more than one of "referenceProbs", "rewards"/,
    ],
    [
      "NaN in the ratings' place",
      { name: "agreement", inputs: { ratings: [["a", 1]] } },
      /ratings\[0\]\[0\]: expected a finite number/,
    ],
  ])("refuses %s", (_what, request, message) => expect(() => oracle(request)).toThrow(message));
});

describe("the oracle's exact answers", () => {
  it("are all here", () => expect(Object.keys(exactEntries)).toEqual(["optimal-policy", "best-of-n", "agreement"]));

  it.each([
    {
      name: "optimal-policy",
      inputs: { referenceProbs: [0.5, 0.5], rewards: [0, Math.log(3)] },
      options: { beta: 1 },
      wanted: { policy: [0.25, 0.75], Z: 2, objective: Math.LN2 },
    },
    {
      name: "best-of-n",
      inputs: { referenceProbs: [0.25, 0.5, 0.25] },
      options: { n: 2 },
      wanted: { policy: [1 / 16, 8 / 16, 7 / 16], winRateBound: 2 / 3 },
    },
    { name: "best-of-n", inputs: { rewards: [4, 1, 2] }, options: { n: 2 }, wanted: { expectedMax: 10 / 3 } },
    {
      name: "agreement",
      inputs: {
        ratings: [
          [1, 1],
          [2, 2],
          [1, null],
        ],
      },
      options: {},
      wanted: { value: 1, observed: 1, expected: 1 / 3 },
    }, // 2·2·1/(4·3)
    {
      name: "adaptive-kl",
      inputs: { observedKl: [60, 6] },
      options: { initial: 0.1, target: 6, horizon: 1000, steps: 100 },
      wanted: { coefficients: [0.102, 0.102] },
    },
  ])("$name $options", ({ wanted, ...request }) => {
    const answer = oracle(request);
    for (const [field, value] of Object.entries(wanted)) {
      flat(answer[field]).forEach((found, i) => expect(found).toBeCloseTo(flat(value)[i], 12));
    }
  });
});
