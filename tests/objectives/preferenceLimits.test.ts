/** Where two objectives of the preference family are the same, or become the same in a limit. */
import fc from "fast-check";
import type { DpoOptions } from "../../kernel-utils/src/objectives";
import {
  ask,
  beta,
  columns,
  type Example,
  examples,
  expectSame,
  type Inputs,
  lossOf,
  means,
  pairs,
  reward,
} from "./randomBatches";

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
