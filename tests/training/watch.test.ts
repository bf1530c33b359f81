/** Each warning against a course of metrics that calls for it, and against one that comes close and does not. */
import { Warnings } from "../../kernel-utils/src/training/run/warnings";
import { observe } from "../../kernel-utils/src/training/run/watch";

const steps = (count: number, at: (step: number) => Record<string, number>) =>
  Array.from({ length: count }, (_, i) => at(i));
const noise = (step: number): number => Math.sin(7.3 * step);
const codes = (rows: Record<string, number>[], watched = { hasReference: false, isKto: false }) =>
  observe(rows, watched).map(({ code }) => code);

describe("observe", () => {
  it.each(["kl", "objective/kl"])("notes a negative estimate of %s, and warns where it stays so", (name) => {
    const note = observe([{ [name]: -0.01 }], { hasReference: true, isKto: false });
    expect(note).toMatchObject([{ code: "kl-negative", level: "note" }]);
    expect(note[0].text).toMatch(/is -0.01 at step 1.*k3/);
    expect(codes([{ [name]: 0.01 }])).toEqual([]);
    expect(codes([{ [name]: -3e-7 }])).toEqual([]); // two equal policies, up to float32
    expect(codes(steps(10, () => ({ [name]: -0.01 })))).toEqual(["kl-negative", "kl-negative-lasting"]);
    expect(codes(steps(10, (step) => ({ [name]: step === 4 ? 0.01 : -0.01 })))).toEqual(["kl-negative"]);
  });

  it("sees KL run away, not one high step", () => {
    expect(codes(steps(10, () => ({ kl: 60 })))).toEqual(["kl-runaway"]);
    expect(codes(steps(10, (step) => ({ kl: step === 9 ? 300 : 1 })))).toEqual([]);
  });

  it.each(["completions/mean_length", "replies/length"])("sees %s grow to twice, not by half", (name) => {
    const growing = (factor: number) => steps(30, (step) => ({ [name]: 10 * (1 + (factor * step) / 29) }));
    expect(codes(growing(2))).toEqual(["length-runaway"]);
    expect(codes(growing(0.5))).toEqual([]);
  });

  it("sees replies that do not end, not a few of them, not for a few steps", () => {
    expect(codes(steps(10, () => ({ "replies/finished": 0.4 })))).toEqual(["replies-unfinished"]);
    expect(codes(steps(10, () => ({ "replies/finished": 0.6 })))).toEqual([]);
    expect(codes(steps(9, () => ({ "replies/finished": 0.1 })))).toEqual([]);
  });

  it("sees chosen replies below the reference in most steps and now, not in half of them, not in the first ones", () => {
    const reference = { hasReference: true, isKto: false };
    const falling = (count: number, isAbove: (step: number) => boolean) =>
      observe(
        steps(count, (step) => ({ "rewards/chosen": step > 0 && isAbove(step) ? 0.1 : -0.1 * Math.min(1, step) })),
        reference,
      );
    expect(falling(25, (step) => step === 20)).toMatchObject([{ code: "chosen-falling" }]);
    expect(falling(25, (step) => step === 20)[0].text).toMatch(
      /in 23 of 24 steps so far \(96 %\), rewards\/chosen -0.08 /,
    );
    expect(falling(25, (step) => step % 2 === 0)).toEqual([]);
    expect(falling(25, (step) => step > 18)).toEqual([]); // was low, has come back
    expect(falling(19, () => false)).toEqual([]);
  });

  it.each(["logps/chosen", "rewards/chosen"])("without a reference sees %s fall, not sway", (name) => {
    expect(codes(steps(40, (step) => ({ [name]: -10 - 0.2 * step + noise(step) })))).toEqual(["chosen-falling"]);
    expect(codes(steps(40, (step) => ({ [name]: -10 + noise(step) })))).toEqual([]);
    expect(codes(steps(40, (step) => ({ [name]: -10 + 0.2 * step })))).toEqual([]);
  });

  it("sees z0 clamped in four fifths of the steps after a grace period, with the share", () => {
    const kto = { hasReference: true, isKto: true };
    const z0 = (count: number, isFree: (step: number) => boolean) =>
      steps(count, (step) => ({ kl: step > 0 && isFree(step) ? 0.1 : 0 }));
    expect(
      codes(
        z0(21, () => false),
        kto,
      ),
    ).toEqual(["z0-clamped"]);
    expect(
      observe(
        z0(21, (step) => step % 5 === 0),
        kto,
      )[0].text,
    ).toMatch(/at 0 in 16 of 20 steps so far \(80 %\)/);
    expect(
      codes(
        z0(20, () => false),
        kto,
      ),
    ).toEqual([]);
    expect(
      codes(
        z0(40, (step) => step % 4 === 0),
        kto,
      ),
    ).toEqual([]);
    expect(codes(z0(21, () => false))).toEqual([]); // another method's kl may be 0
  });

  it("names the batch of which every label is masked, and counts them", () => {
    const rows = steps(
      6,
      (step): Record<string, number> => (step === 2 || step === 5 ? { loss: 0, skipped: 1 } : { loss: 1 }),
    );
    expect(observe(rows, { hasReference: false, isKto: false })[0].text).toMatch(
      /batch of step 6 counts, so the step was skipped \(2 of 6 so far/,
    );
    expect(codes(rows.slice(0, 5))).toEqual([]);
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
