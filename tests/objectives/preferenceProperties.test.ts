/** What must hold for every batch, not for chosen numbers: symmetries, monotonicity, scaling, initialisation. */
import fc from "fast-check";
import { dpoVariants } from "../../kernel-utils/src/objectives";
import { variantRow } from "../../kernel-utils/src/objectives/dpoVariants";
import {
  ask,
  beta,
  columns,
  type Example,
  examples,
  expectSame,
  type Inputs,
  labelled,
  logp,
  lossOf,
  means,
  nll,
  type Pair,
  pair,
  pairs,
  reward,
  sums,
} from "./randomBatches";

/** Every objective with a batch of its own, whose order must not matter. */
const batches: [name: string, options: object, batch: fc.Arbitrary<Example[]>][] = [
  ...dpoVariants.map((variant): [string, object, fc.Arbitrary<Example[]>] => ["dpo", { variant }, pairs]),
  ["ipo", { logps: "mean" }, pairs],
  ["kto", {}, examples({ ...labelled, klPolicyLogps: logp, klReferenceLogps: logp })],
  ["bco", {}, examples(labelled)],
  ["orpo", {}, examples({ ...means, chosenNll: nll })],
  ["simpo", {}, examples(means)],
  ["cpo", {}, examples({ ...sums, chosenNll: nll })],
  ["slic", {}, examples(sums)],
  ["reward-model", { centering: 0.1 }, examples({ chosenRewards: reward, rejectedRewards: reward, margins: reward })],
];

describe("symmetries", () => {
  it.each(batches)(
    "%s %j does not depend on the order of the batch, nor on how often it is repeated",
    (name, options, batch) =>
      fc.assert(
        fc.property(batch, fc.nat(), (rows, turn) => {
          const loss = lossOf(name, columns(rows), options);
          const turned = rows.map((_, i) => rows[(i + turn) % rows.length]).reverse();
          expectSame(lossOf(name, columns(turned), options), loss);
          expectSame(lossOf(name, columns([...rows, ...rows]), options), loss);
        }),
      ),
  );

  it.each(batches.filter(([name, options]) => !["kto", "bco"].includes(name) && !/aot/.test(JSON.stringify(options))))(
    "%s %j of a batch is the mean over its examples, so gradients accumulate",
    (name, options, batch) =>
      fc.assert(
        fc.property(batch, (rows) => {
          const single = rows.map((row) => lossOf(name, columns([row]), options));
          expectSame(lossOf(name, columns(rows), options), single.reduce((a, b) => a + b) / rows.length);
        }),
      ),
  );

  it.each(dpoVariants)(
    "%s sees a reply only through its log-ratio: moving policy and reference alike changes nothing",
    (variant) =>
      fc.assert(
        fc.property(pairs, reward, (rows, by) => {
          if (variant === "aot") return; // sorts policy and reference apart: only a shift of every pair is free
          const moved = rows.map((row, i) => ({
            ...row,
            policyChosenLogps: row.policyChosenLogps + by * i,
            referenceChosenLogps: row.referenceChosenLogps + by * i,
          }));
          expectSame(lossOf("dpo", columns(moved), { variant }), lossOf("dpo", columns(rows), { variant }), 1e-9);
        }),
      ),
  );

  it.each(dpoVariants.filter((variant) => variantRow(variant).margin === "scores" && variant !== "apo-down"))(
    "%s sees only the margin: what is gained by both replies changes nothing, and the four gradients cancel",
    (variant) =>
      fc.assert(
        fc.property(pairs, reward, (rows, by) => {
          const moved = rows.map((row) => ({
            ...row,
            policyChosenLogps: row.policyChosenLogps + by,
            policyRejectedLogps: row.policyRejectedLogps + by,
          }));
          const answer = ask("dpo", columns(rows), { variant });
          expectSame(lossOf("dpo", columns(moved), { variant }), answer.loss, 1e-9);
          answer.gradients.policyChosenLogps.forEach((slope, i) => {
            expectSame(slope, -answer.gradients.policyRejectedLogps[i]);
            expectSame(slope, -answer.gradients.referenceChosenLogps[i]);
            expectSame(slope, answer.gradients.referenceRejectedLogps[i]);
          });
        }),
      ),
  );

  it("a reward model without centering may add any constant to its scores", () =>
    fc.assert(
      fc.property(examples({ chosenRewards: reward, rejectedRewards: reward }), reward, (rows, by) => {
        const moved = rows.map((row) => ({
          chosenRewards: row.chosenRewards + by,
          rejectedRewards: row.rejectedRewards + by,
        }));
        expectSame(lossOf("reward-model", columns(moved)), lossOf("reward-model", columns(rows)), 1e-9);
      }),
    ));

  it("swapping the replies of a pair turns the margin round: −log σ(βh) + log σ(−βh) = −βh", () =>
    fc.assert(
      fc.property(fc.record(pair), beta, (row, b) => {
        const swapped = {
          ...row,
          policyChosenLogps: row.policyRejectedLogps,
          policyRejectedLogps: row.policyChosenLogps,
          referenceChosenLogps: row.referenceRejectedLogps,
          referenceRejectedLogps: row.referenceChosenLogps,
        };
        const [asIs, turned] = [row, swapped].map((one) => ask("dpo", columns([one]), { beta: b }));
        expectSame(asIs.logits[0], -turned.logits[0]);
        expectSame(asIs.loss - turned.loss, -b * asIs.logits[0]);
      }),
    ));
});

describe("monotonicity and scaling", () => {
  const falling: [string, object, string][] = [
    ...(["sigmoid", "hinge", "robust", "bco", "apo-zero", "sigmoid-norm"] as const).map(
      (variant): [string, object, string] => ["dpo", { variant }, "policyChosenLogps"],
    ),
    ["dpo", { divergence: "forward-kl" }, "policyChosenLogps"],
    ["dpo", { divergence: "js" }, "policyChosenLogps"],
    ["dpo", { divergence: "alpha", alpha: 0.3 }, "policyChosenLogps"],
  ];
  it.each(falling)("%s %j never costs more as the chosen reply becomes likelier", (name, options, field) =>
    fc.assert(
      fc.property(pairs, fc.double({ min: 0, max: 20, noNaN: true }), (rows, by) => {
        const moved = rows.map((row) => ({ ...row, [field]: row[field as keyof Pair] + by }));
        const loss = lossOf(name, columns(rows), options);
        expect(lossOf(name, columns(moved), options)).toBeLessThanOrEqual(loss + 1e-12 * Math.max(1, loss));
      }),
    ),
  );

  it.each(["ipo", "sppo"] as const)("%s has a target: beyond it a likelier chosen reply costs more", (variant) =>
    fc.assert(
      fc.property(fc.double({ min: 6, max: 40, noNaN: true }), (h) => {
        const at = (x: number) => ({
          policyChosenLogps: [x - 50],
          policyRejectedLogps: [-50],
          referenceChosenLogps: [-50],
          referenceRejectedLogps: [-50],
        });
        expect(lossOf("dpo", at(h + 1), { variant })).toBeGreaterThan(lossOf("dpo", at(h), { variant }));
      }),
    ),
  );

  it.each(["sigmoid", "hinge", "robust", "exo", "nca", "bco", "apo-zero", "apo-down", "discopop"] as const)(
    "%s depends on β times the log-ratios alone",
    (variant) =>
      fc.assert(
        fc.property(fc.array(fc.tuple(reward, reward), { minLength: 1, maxLength: 4 }), beta, (ratios, b) => {
          const at = (scale: number): Inputs => ({
            policyChosenLogps: ratios.map(([chosen]) => scale * chosen),
            policyRejectedLogps: ratios.map(([, rejected]) => scale * rejected),
            referenceChosenLogps: ratios.map(() => 0),
            referenceRejectedLogps: ratios.map(() => 0),
          });
          const options = { variant, labelSmoothing: 0.1 };
          expectSame(lossOf("dpo", at(1), { ...options, beta: b }), lossOf("dpo", at(4), { ...options, beta: b / 4 }));
        }),
      ),
  );
});

describe("at initialisation, whatever the log-probs", () => {
  const expected: [string, object, number][] = [
    ["dpo", {}, Math.LN2],
    ["ipo", { tau: 0.2 }, 1 / (4 * 0.04)],
    ["kto", {}, 0.5],
  ];
  it.each(expected)("%s %j costs %d; rewards, margins and accuracies are 0", (name, options, loss) =>
    fc.assert(
      fc.property(fc.array(logp, { minLength: 1, maxLength: 6 }), (logps) => {
        const twice = (policy: string, reference: string) => ({ [policy]: logps, [reference]: logps });
        const inputs: Inputs =
          name === "kto"
            ? {
                ...twice("policyLogps", "referenceLogps"),
                ...twice("klPolicyLogps", "klReferenceLogps"),
                desirable: logps.map((_, i) => i % 2 === 0),
              }
            : {
                ...twice("policyChosenLogps", "referenceChosenLogps"),
                ...twice("policyRejectedLogps", "referenceRejectedLogps"),
              };
        const answer = ask(name, inputs, options);
        expectSame(answer.loss, loss);
        for (const metric of ["rewards/chosen", "rewards/rejected", "rewards/margins"])
          expectSame(answer.metrics[metric], 0);
        if (name !== "kto") expect(answer.metrics["rewards/accuracies"]).toBe(0);
      }),
    ),
  );
});
