import * as tf from "@tensorflow/tfjs";
import {
  type DpoInputs,
  type DpoOptions,
  type DpoVariant,
  dpo,
  dpoVariants,
  type PairLogps,
} from "../../kernel-utils/src/objectives";

const two = (x: number): tf.Tensor1D => tf.fill([2], x); // two of each: a sum in place of the mean shows
const pair = (chosen: number, rejected: number): DpoInputs<tf.Tensor> => ({
  // log-ratios; the reference is far from 0: forgetting it shows
  policyChosenLogps: two(-10 + chosen),
  policyRejectedLogps: two(-12 + rejected),
  referenceChosenLogps: two(-10),
  referenceRejectedLogps: two(-12),
  chosenLengths: two(4),
  rejectedLengths: two(2),
});
const lossOf = (logps: PairLogps<tf.Tensor>, options?: DpoOptions): number => dpo(logps, options).loss.dataSync()[0];
const metric = (logps: PairLogps<tf.Tensor>, name: string): number => dpo(logps).metrics[name].dataSync()[0];

/** ∂loss/∂policyChosenLogps, the first of the two examples. */
function chosenGradient(logps: PairLogps<tf.Tensor>, options?: DpoOptions): number {
  const loss = (policyChosenLogps: tf.Tensor) => dpo({ ...logps, policyChosenLogps }, options).loss;
  return tf.grad(loss)(logps.policyChosenLogps).dataSync()[0];
}

describe("dpo", () => {
  it("is ln 2 where policy equals reference", () => expect(lossOf(pair(0, 0))).toBeCloseTo(Math.LN2, 6));

  it.each([
    { options: { beta: 0.1 }, loss: 0.554355 }, // log(1 + e^−0.3)
    { options: { beta: 0.1, labelSmoothing: 0.1 }, loss: 0.584355 }, // 0.9·log(1 + e^−0.3) + 0.1·log(1 + e^0.3)
    { options: { beta: 0.1, referenceFree: true }, loss: Math.log1p(Math.exp(-0.5)) }, // h = −8 − (−13) = 5
    { options: { variant: "hinge", beta: 0.1 }, loss: 0.7 }, // 1 − 0.3
    { options: { variant: "robust", labelSmoothing: 0.1 }, loss: (0.9 * 0.5543552 - 0.1 * 0.8543552) / 0.8 },
    { options: { variant: "ipo", beta: 0.1 }, loss: 4 }, // (3 − 5)²
    // σ(0.3) (log σ(0.3) − log 0.9) + σ(−0.3) (log σ(−0.3) − log 0.1)
    {
      options: { variant: "exo", labelSmoothing: 0.1 },
      loss: 0.5744425 * (-0.5543552 - Math.log(0.9)) + 0.4255575 * (-0.8543552 - Math.log(0.1)),
    },
    { options: { variant: "nca" }, loss: 0.5981389 + 0.5 * 0.7981389 + 0.5 * 0.6443967 }, // softplus of −0.2, 0.2, −0.1
    { options: { variant: "bco" }, loss: 0.5981389 + 0.6443967 }, // softplus of −0.2 and −0.1
    { options: { variant: "sppo" }, loss: 25 }, // (2 − 5)² + (−1 + 5)²
    { options: { variant: "apo-zero" }, loss: 1 - 0.549834 + 0.4750208 }, // 1 − σ(0.2) + σ(−0.1)
    { options: { variant: "apo-down" }, loss: 0.549834 + 1 - 0.5744425 }, // σ(0.2) + 1 − σ(0.3)
    { options: { variant: "discopop" }, loss: 0.0024726 * 0.5543552 + 0.9975274 * Math.exp(-0.3) }, // σ(0.3/0.05) = σ(6)
    { options: { variant: "discopop", discopopTau: 1 }, loss: 0.4255575 * 0.5543552 + 0.5744425 * Math.exp(-0.3) },
    { options: { variant: "sigmoid-norm", beta: 1 }, loss: Math.log1p(Math.exp(-1)) }, // 2/4 − (−1)/2 = 1
    { options: { lengthPenalty: 0.05 }, loss: Math.log1p(Math.exp(-0.4)) }, // 0.3 + 0.05 · (4 − 2)
    { options: { lengthPenalty: 0.05, variant: "ipo" }, loss: 1 }, // ((0.3 + 0.1)/0.1 − 5)²
    { options: { divergence: "forward-kl", beta: 1 }, loss: Math.log1p(Math.exp(-(Math.E - Math.exp(-2)))) },
    { options: { divergence: "js", beta: 1 }, loss: Math.log1p(Math.exp(-(-0.126928 + 1.3132617))) }, // log σ(2) − log σ(−1)
    {
      options: { divergence: "alpha", alpha: 0.5, beta: 1 },
      loss: Math.log1p(Math.exp(-(2 * Math.exp(0.5) - 2 * Math.exp(-1)))), // e^{−x/2} / (−½) of x = 2 and of x = −1
    },
    { options: { divergence: "alpha", alpha: 1 }, loss: 0.554355 }, // the limit is reverse KL
    { options: { divergence: "forward-kl", variant: "sppo" }, loss: (-Math.exp(-2) - 5) ** 2 + (-Math.E + 5) ** 2 },
  ] satisfies { options: DpoOptions; loss: number }[])("h = 3 costs $loss under $options", ({ options, loss }) =>
    expect(lossOf(pair(2, -1), options)).toBeCloseTo(loss, 5),
  );

  it("pulls each chosen reply up by β σ(−βh) / B", () =>
    expect(chosenGradient(pair(2, -1))).toBeCloseTo(-0.1 / (1 + Math.exp(0.3)) / 2, 6));

  it.each(
    Object.entries({
      sigmoid: Math.LN2,
      hinge: 1,
      robust: Math.LN2,
      ipo: 25, // 1/(4 · 0.1²)
      exo: -Math.LN2 - 0.5 * Math.log(0.999 * 0.001),
      nca: 2 * Math.LN2,
      bco: 2 * Math.LN2,
      sppo: 50, // 2 · (0.5/0.1)²
      aot: Math.LN2,
      "aot-unpaired": Math.LN2,
      "apo-zero": 1,
      "apo-down": 1,
      discopop: (Math.LN2 + 1) / 2,
      "sigmoid-norm": Math.LN2,
    } satisfies Record<DpoVariant, number>),
  )("%s starts at %d, where policy equals reference", (variant, loss) =>
    expect(lossOf(pair(0, 0), { variant: variant as DpoVariant })).toBeCloseTo(loss, 5),
  );

  // ∂L/∂log π(y_w) of one of two pairs at log-ratios 2 and −1, β = 0.1
  it.each([
    { variant: "hinge", slope: -0.1 / 2 },
    { variant: "ipo", slope: (2 * (3 - 5)) / 2 },
    { variant: "sppo", slope: (2 * (2 - 5)) / 2 },
    { variant: "bco", slope: (-0.1 * 0.450166) / 2 }, // −β σ(−0.2)
    { variant: "nca", slope: (-0.1 * 0.450166 + 0.5 * 0.1 * 0.549834) / 2 }, // −β σ(−0.2) + ½ β σ(0.2)
    { variant: "apo-zero", slope: (-0.1 * 0.450166 * 0.549834) / 2 }, // −β σ(0.2) σ(−0.2)
  ] satisfies { variant: DpoVariant; slope: number }[])("$variant has slope $slope by the chosen reply", (row) =>
    expect(chosenGradient(pair(2, -1), { variant: row.variant })).toBeCloseTo(row.slope, 6),
  );

  it.each(dpoVariants)("%s sends nothing to the reference when it is reference-free", (variant) => {
    const logps = pair(2, -1);
    const loss = (referenceChosenLogps: tf.Tensor) =>
      dpo({ ...logps, referenceChosenLogps }, { variant, referenceFree: true }).loss.add(referenceChosenLogps.mean());
    expect(tf.grad(loss)(logps.referenceChosenLogps).dataSync()[0]).toBeCloseTo(0.5, 6); // the added mean alone
  });

  it("is finite at h = −10 000 with its gradient", () => {
    expect(lossOf(pair(-1e4, 0), { beta: 1 })).toBeCloseTo(1e4, 1);
    expect(chosenGradient(pair(-1e4, 0), { beta: 1 })).toBeCloseTo(-0.5, 6);
  });

  it.each(dpoVariants.flatMap((variant) => [-800, 800].map((margin) => ({ variant, margin }))))(
    "$variant is finite at h = $margin with its gradient, also under exponential divergences",
    ({ variant, margin }) => {
      for (const divergence of ["reverse-kl", "forward-kl", "js", "alpha"] as const) {
        const options: DpoOptions = { variant, beta: 1, divergence };
        if (divergence !== "reverse-kl" && /^a[op]/.test(variant)) continue; // refused, below
        expect(lossOf(pair(margin / 2, -margin / 2), options)).toEqual(expect.any(Number));
        expect(Number.isFinite(lossOf(pair(margin / 2, -margin / 2), options))).toBe(true);
        expect(Number.isFinite(chosenGradient(pair(margin / 2, -margin / 2), options))).toBe(true);
      }
    },
  );

  describe("aot", () => {
    // log π_w − log π_l is 5 and 1, log π_ref,w − log π_ref,l is 0 and 4: h is 5 and −3, sorted differences are 1 and 1.
    const inputs: PairLogps<tf.Tensor> = {
      policyChosenLogps: tf.tensor1d([-8, -10]),
      policyRejectedLogps: tf.tensor1d([-13, -11]),
      referenceChosenLogps: tf.tensor1d([-12, -8]),
      referenceRejectedLogps: tf.tensor1d([-12, -12]),
    };
    it("compares the sorted margins of the policy with the sorted margins of the reference", () => {
      expect([...dpo(inputs, { variant: "aot" }).logits.dataSync()]).toEqual([1, 1]); // [1, 5] − [0, 4]
      expect([...dpo(inputs).logits.dataSync()]).toEqual([5, -3]);
    });
    it("unpaired compares the sorted log-ratios of chosen and of rejected replies", () => {
      // chosen 4 and −2, rejected −1 and 1; sorted [−2, 4] − [−1, 1]
      expect([...dpo(inputs, { variant: "aot-unpaired" }).logits.dataSync()]).toEqual([-1, 3]);
    });
    it("sends each gradient back to the reply it came from", () => {
      const loss = (policyRejectedLogps: tf.Tensor) =>
        dpo({ ...inputs, policyRejectedLogps }, { variant: "aot-unpaired", beta: 1 }).loss;
      const [first, second] = tf.grad(loss)(inputs.policyRejectedLogps).dataSync();
      expect(first).toBeCloseTo(0.7310586 / 2, 6); // −1 is the smaller: its h is −1, σ(1)/B
      expect(second).toBeCloseTo(0.0474259 / 2, 6); // h = 3, σ(−3)/B
    });
  });

  it("counts a tie as wrong", () => {
    expect(metric(pair(0, 0), "rewards/accuracies")).toBe(0);
    expect(metric(pair(0.5, 0), "rewards/accuracies")).toBe(1);
  });

  it("logs rewards as β log π/π_ref and log-probs as sums", () => {
    expect(metric(pair(2, -1), "rewards/chosen")).toBeCloseTo(0.2, 6);
    expect(metric(pair(2, -1), "rewards/rejected")).toBeCloseTo(-0.1, 6);
    expect(metric(pair(2, -1), "rewards/margins")).toBeCloseTo(0.3, 6);
    expect(metric(pair(2, -1), "logps/chosen")).toBeCloseTo(-8, 6);
  });

  it("refuses [B,1], which would broadcast to [B,B]", () => {
    const column = { ...pair(0, 0), policyRejectedLogps: tf.zeros([2, 1]) };
    expect(() => dpo(column)).toThrow(/policyRejectedLogps has shape \[2,1\].*one sum per example/);
  });

  it.each([
    [{ beta: 0 }, /beta is 0; it must be > 0/],
    [{ labelSmoothing: 0.5 }, /labelSmoothing is 0.5; it must be in \[0, 0.5\)/],
    [{ lengthPenalty: 1, variant: "nca" }, /lengthPenalty is 1; it must be 0 under variant nca/],
    [{ divergence: "js", variant: "aot" }, /divergence is "js"; variant aot is defined on log-ratios alone/],
    [{ discopopTau: 0 }, /discopopTau is 0; it must be > 0/],
    [{ divergence: "kl" as "js" }, /divergence is "kl"; choose one of reverse-kl, forward-kl, js, alpha/],
    [{ variant: "sigmiod" as "sigmoid" }, /variant is "sigmiod"; choose one of sigmoid, hinge, robust, ipo/],
  ] as [DpoOptions, RegExp][])("refuses %j", (options, message) =>
    expect(() => dpo(pair(0, 0), options)).toThrow(message),
  );

  it.each([{ variant: "sigmoid-norm" }, { lengthPenalty: 0.1 }] as DpoOptions[])(
    "needs the lengths under %j",
    (options) => {
      const { chosenLengths: _left, ...without } = pair(0, 0);
      expect(() => dpo(without, options)).toThrow(/missing input "chosenLengths".*completion tokens of both replies/);
    },
  );
});
