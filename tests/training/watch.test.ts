/** Each warning against a course of metrics that calls for it, and against one that comes close and does not. */
import { Warnings } from "../../kernel-utils/src/training/run/warnings";
import { observe } from "../../kernel-utils/src/training/run/watch";

const steps = (count: number, at: (step: number) => Record<string, number>) =>
  Array.from({ length: count }, (_, i) => at(i));
const noise = (step: number): number => Math.sin(7.3 * step);
const codes = (rows: Record<string, number>[], watched = { hasReference: false, isKto: false }) =>
  observe(rows, watched).map(({ code }) => code);

describe("observe", () => {
  it.each(["kl", "objective/kl"])("knows a negative estimate of %s from a positive one", (name) => {
    expect(codes([{ [name]: -0.01 }])).toEqual(["kl-negative"]);
    expect(codes([{ [name]: 0.01 }])).toEqual([]);
    expect(observe([{ [name]: -0.01 }], { hasReference: true, isKto: false })[0].text).toMatch(
      /is -0.01 at step 1.*k3/,
    );
  });

  it("sees KL run away, not one high step", () => {
    expect(codes(steps(10, () => ({ kl: 60 })))).toEqual(["kl-runaway"]);
    expect(codes(steps(10, (step) => ({ kl: step === 9 ? 300 : 1 })))).toEqual([]);
  });

  it("sees replies grow to twice their length, not by half", () => {
    const growing = (factor: number) =>
      steps(30, (step) => ({ "completions/mean_length": 10 * (1 + (factor * step) / 29) }));
    expect(codes(growing(2))).toEqual(["length-runaway"]);
    expect(codes(growing(0.5))).toEqual([]);
  });

  it("sees chosen replies fall below the reference for good, not for a step, and not in the first ones", () => {
    const watched = { hasReference: true, isKto: false };
    expect(
      codes(
        steps(25, (step) => ({ "rewards/chosen": -0.01 * step })),
        watched,
      ),
    ).toEqual(["chosen-falling"]);
    expect(
      codes(
        steps(25, (step) => ({ "rewards/chosen": step === 20 ? 0.1 : -0.1 })),
        watched,
      ),
    ).toEqual([]);
    expect(
      codes(
        steps(15, () => ({ "rewards/chosen": -0.1 })),
        watched,
      ),
    ).toEqual([]);
  });

  it.each(["logps/chosen", "rewards/chosen"])("without a reference sees %s fall, not sway", (name) => {
    expect(codes(steps(40, (step) => ({ [name]: -10 - 0.2 * step + noise(step) })))).toEqual(["chosen-falling"]);
    expect(codes(steps(40, (step) => ({ [name]: -10 + noise(step) })))).toEqual([]);
    expect(codes(steps(40, (step) => ({ [name]: -10 + 0.2 * step })))).toEqual([]);
  });

  it("sees z0 clamped five times running, after the first step", () => {
    const kto = { hasReference: true, isKto: true };
    expect(
      codes(
        steps(6, () => ({ kl: 0 })),
        kto,
      ),
    ).toEqual(["z0-clamped"]);
    expect(
      codes(
        steps(5, () => ({ kl: 0 })),
        kto,
      ),
    ).toEqual([]);
    expect(
      codes(
        steps(9, (step) => ({ kl: step === 6 ? 0.1 : 0 })),
        kto,
      ),
    ).toEqual([]);
    expect(codes(steps(6, () => ({ kl: 0 })))).toEqual([]); // another method's kl may be 0
  });

  it("explains accuracy 0 at the first step only, and only where every margin is 0", () => {
    const row = { "rewards/accuracies": 0, "rewards/margins": 0 };
    expect(observe([row], { hasReference: true, isKto: false })).toMatchObject([
      { code: "accuracy-at-start", level: "note" },
    ]);
    expect(codes([row, row])).toEqual([]);
    expect(codes([{ ...row, "rewards/margins": -0.2 }])).toEqual([]);
  });
});

describe("the channel", () => {
  it("says each once, notes only where progress is shown, and keeps them all", () => {
    const written: string[] = [];
    const warnings = new Warnings("KtoTrainer", false, (text) => written.push(text));
    warnings.add("a", "first");
    warnings.add("a", "again");
    warnings.add("b", "aside", "note");
    expect(written).toEqual(["KtoTrainer warning: first\n"]);
    expect(warnings.texts()).toEqual(["first", "aside"]);
  });

  it("does not say again what was said before a checkpoint", () => {
    const written: string[] = [];
    const warnings = new Warnings("KtoTrainer", true, (text) => written.push(text));
    warnings.restore([["a", "first"]]);
    warnings.add("a", "first");
    warnings.add("b", "aside", "note");
    expect(written).toEqual(["KtoTrainer note: aside\n"]);
    expect(warnings.texts()).toEqual(["first", "aside"]);
  });
});
