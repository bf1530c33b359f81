/** What must hold for every batch, not for chosen numbers: symmetries, monotonicity, scaling, and the limits in which objectives meet. */
import fc from "fast-check";
import { type DpoOptions, dpoVariants, oracle } from "../../kernel-utils/src/objectives";
import { variantRow } from "../../kernel-utils/src/objectives/dpoVariants";

fc.configureGlobal({ seed: 6 }); // same cases on every machine

type Inputs = Record<string, unknown[] | number>;
interface Answer {
  loss: number;
  perExample: number[];
  logits: number[];
  metrics: Record<string, number>;
  gradients: Record<string, number[]>;
}
const ask = (name: string, inputs: Inputs, options: object = {}): Answer =>
  oracle({ name, inputs, options: { ...options }, grad: true }) as unknown as Answer;
const lossOf = (name: string, inputs: Inputs, options: object = {}): number => ask(name, inputs, options).loss;

/** Equal up to the rounding of float64 sums in another order. */
const expectSame = (a: number, b: number, tolerance = 1e-11): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(a), Math.abs(b)));

const logp = fc.double({ min: -60, max: -1e-3, noNaN: true });
const reward = fc.double({ min: -30, max: 30, noNaN: true });
const beta = fc.double({ min: 0.01, max: 2, noNaN: true });
const length = fc.integer({ min: 1, max: 50 });
const nll = fc.double({ min: 0, max: 9, noNaN: true });

/** A batch as one record an example, so that examples can be moved, dropped and doubled. */
const examples = <T>(fields: { [field in keyof T]: fc.Arbitrary<T[field]> }) =>
  fc.array(fc.record(fields), { minLength: 1, maxLength: 6 });
type Example = Record<string, unknown>;
const columns = (rows: readonly Example[]): Inputs =>
  Object.fromEntries(Object.keys(rows[0]).map((field) => [field, rows.map((row) => row[field])]));

const pair = {
  policyChosenLogps: logp,
  policyRejectedLogps: logp,
  referenceChosenLogps: logp,
  referenceRejectedLogps: logp,
  chosenLengths: length,
  rejectedLengths: length,
};
const pairs = examples(pair);
type Pair = { [field in keyof typeof pair]: number };
const means = { chosenMeanLogps: logp, rejectedMeanLogps: logp };
const sums = { chosenLogps: logp, rejectedLogps: logp };
const labelled = { policyLogps: logp, referenceLogps: logp, desirable: fc.boolean() };

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

describe("objectives meet", () => {
  const same = (
    title: string,
    batch: fc.Arbitrary<Example[]>,
    check: (rows: Example[]) => [number, number][],
  ): void => {
    it(title, () =>
      fc.assert(
        fc.property(batch, (rows) => {
          for (const [a, b] of check(rows)) expectSame(a, b, 1e-9);
        }),
      ),
    );
  };
  const dpoLoss = (rows: Example[], options: DpoOptions): number => lossOf("dpo", columns(rows), options);

  same("robust without flips is sigmoid; α = 1 is reverse KL; α = 0 is forward KL", pairs, (rows) => [
    [dpoLoss(rows, { variant: "robust" }), dpoLoss(rows, {})],
    [dpoLoss(rows, { divergence: "alpha", alpha: 1 }), dpoLoss(rows, {})],
    [dpoLoss(rows, { divergence: "alpha", alpha: 0 }), dpoLoss(rows, { divergence: "forward-kl" })],
  ]);

  same("replies of one token have no mean but their sum", pairs, (rows) => {
    const single = rows.map((row) => ({ ...row, chosenLengths: 1, rejectedLengths: 1 }));
    return [
      [dpoLoss(single, { variant: "sigmoid-norm" }), dpoLoss(rows, {})],
      [lossOf("ipo", columns(single), { logps: "mean" }), lossOf("ipo", columns(rows), {})],
      [lossOf("ipo", columns(rows), { tau: 0.3 }), dpoLoss(rows, { variant: "ipo", beta: 0.3 })],
    ];
  });

  same("one pair is already sorted", pairs, ([row]) => [
    [dpoLoss([row], { variant: "aot" }), dpoLoss([row], {})],
    [dpoLoss([row], { variant: "aot-unpaired" }), dpoLoss([row], {})],
  ]);

  same("robust is unbiased: averaged over flips it is the loss of the true label", examples({ h: reward }), (rows) => {
    const at = (sign: number): Inputs => ({
      policyChosenLogps: rows.map(({ h }) => sign * (h as number)),
      policyRejectedLogps: rows.map(() => 0),
      referenceChosenLogps: rows.map(() => 0),
      referenceRejectedLogps: rows.map(() => 0),
    });
    const robust = (sign: number): number => lossOf("dpo", at(sign), { variant: "robust", labelSmoothing: 0.2 });
    return [[0.8 * robust(1) + 0.2 * robust(-1), lossOf("dpo", at(1), {})]];
  });

  same("SimPO with γ = 0 is CPO on means without its likelihood", examples(means), (rows) => {
    const { chosenMeanLogps, rejectedMeanLogps } = columns(rows);
    const asSums = { chosenLogps: chosenMeanLogps, rejectedLogps: rejectedMeanLogps, chosenNll: 0 };
    const options = { beta: 0.7, labelSmoothing: 0.1 };
    return [
      [lossOf("simpo", columns(rows), { ...options, gamma: 0 }), lossOf("cpo", asSums, { ...options, alpha: 0 })],
    ];
  });

  same("CPO without its likelihood is reference-free DPO, and SLiC at δ = 1/β is 1/β of its hinge", pairs, (rows) => {
    const all = columns(rows);
    const logps = { chosenLogps: all.policyChosenLogps, rejectedLogps: all.policyRejectedLogps };
    const hinge = dpoLoss(rows, { variant: "hinge", beta: 0.25, referenceFree: true });
    return [
      [lossOf("cpo", { ...logps, chosenNll: 0 }, { alpha: 0 }), dpoLoss(rows, { referenceFree: true })],
      [lossOf("slic", logps, { delta: 4 }), 4 * hinge],
    ];
  });

  same("a reward model on implicit rewards is DPO", pairs, (rows) => {
    const implicit = (kind: "Chosen" | "Rejected") =>
      rows.map((row) => 0.3 * ((row[`policy${kind}Logps`] as number) - (row[`reference${kind}Logps`] as number)));
    const rewards = { chosenRewards: implicit("Chosen"), rejectedRewards: implicit("Rejected") };
    return [[lossOf("reward-model", rewards), dpoLoss(rows, { beta: 0.3 })]];
  });

  same(
    "both replies of each pair as thumbs: KTO at z0 = 0 is half APO-zero, BCO at δ = 0 half the bco variant",
    pairs,
    (rows) => {
      const all = columns(rows) as Record<string, number[]>;
      const zeros = [...rows, ...rows].map(() => 0);
      const thumbs = {
        policyLogps: [...all.policyChosenLogps, ...all.policyRejectedLogps],
        referenceLogps: [...all.referenceChosenLogps, ...all.referenceRejectedLogps],
        desirable: [...rows.map(() => true), ...rows.map(() => false)],
      };
      return [
        [
          lossOf("kto", { ...thumbs, klPolicyLogps: zeros, klReferenceLogps: zeros }),
          dpoLoss(rows, { variant: "apo-zero" }) / 2,
        ],
        [lossOf("bco", thumbs, { delta: 0 }), dpoLoss(rows, { variant: "bco" }) / 2],
      ];
    },
  );

  const small = fc.double({ min: 1e-5, max: 1e-4, noNaN: true });
  const marginOf = (h: number): Inputs => ({
    policyChosenLogps: [h - 3],
    policyRejectedLogps: [-4],
    referenceChosenLogps: [-3],
    referenceRejectedLogps: [-4],
  });

  it("at small margins IPO is DPO times 2/(τβ), beside a constant", () =>
    fc.assert(
      fc.property(small, beta, (h, b) => {
        const gain = (name: string, options: object): number =>
          lossOf(name, marginOf(h), options) - lossOf(name, marginOf(0), options);
        expect(gain("ipo", { tau: 0.5 }) / gain("dpo", { beta: b })).toBeCloseTo(2 / (0.5 * b), 1);
        const slopes = ["ipo", "dpo"].map((name) => ask(name, marginOf(0)).gradients.policyChosenLogps[0]);
        expectSame(slopes[0] / slopes[1], 2 / (0.1 * 0.1));
      }),
    ));

  it("cDPO pulls by β (½ − ε) where policy equals reference: nothing is left as ε approaches ½", () =>
    fc.assert(
      fc.property(beta, fc.double({ min: 0, max: 0.4999999, noNaN: true }), (b, epsilon) => {
        const { gradients } = ask("dpo", marginOf(0), { beta: b, labelSmoothing: epsilon });
        expectSame(gradients.policyChosenLogps[0], -b * (0.5 - epsilon), 1e-12);
      }),
    ));

  it("cDPO at ε = 0.25 has its minimum at βh = log 3, where σ says ¾", () =>
    fc.assert(
      fc.property(beta, (b) => {
        const { gradients } = ask("dpo", marginOf(Math.log(3) / b), { beta: b, labelSmoothing: 0.25 });
        expectSame(gradients.policyChosenLogps[0], 0, 1e-12);
      }),
    ));
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
