import type { Row } from "../../numbers";
import { defineExercise } from "../../spec";
import { normals } from "../shared/plain";

type Inputs = readonly [margins: Row, tau: number];

export const ipoGradient = defineExercise<Inputs>({
  id: "ipo-gradient",
  answer: "one slope per pair, [B],",
  inputs: [
    { name: "margins", kind: "float32" },
    { name: "tau", kind: "plain" },
  ],
  cases: (random) => [
    { name: "random margins, τ = 0.5", property: "below 0 short of the target", inputs: [normals(5, 2, random), 0.5] },
    { name: "margin 0, τ = 0.1", property: "−1/τ = −10", inputs: [[0, 0], 0.1] },
    { name: "at the target and past it, τ = 0.25", property: "0, then above 0", inputs: [[2, 3, 12], 0.25] },
    { name: "margins of ±400, τ = 2", property: "in proportion to the miss", inputs: [[-400, 400], 2] },
  ],
  reference: (margins, tau) => margins.map((h) => 2 * (h - 1 / (2 * tau))),
  mistakes: [
    {
      name: "two-missing",
      message: "the 2 of the square is missing: the derivative of z² is 2z",
      run: (margins, tau) => margins.map((h) => h - 1 / (2 * tau)),
    },
    {
      name: "sign",
      message: "the sign is flipped: short of the target the loss falls as h grows, so the slope is negative there",
      run: (margins, tau) => margins.map((h) => -2 * (h - 1 / (2 * tau))),
    },
    {
      name: "target-doubled",
      message: "the target is 1/τ here; it is 1/(2τ)",
      run: (margins, tau) => margins.map((h) => 2 * (h - 1 / tau)),
    },
    {
      name: "target-missing",
      message: "the target is missing: this slope is 0 at h = 0, where training begins",
      run: (margins) => margins.map((h) => 2 * h),
    },
    {
      name: "one-sided",
      message: "past the target the slope is 0 here; IPO pulls back what has gone too far",
      run: (margins, tau) => margins.map((h) => Math.min(0, 2 * (h - 1 / (2 * tau)))),
    },
    {
      name: "loss",
      message: "this is the loss itself; differentiate it once by h",
      run: (margins, tau) => margins.map((h) => (h - 1 / (2 * tau)) ** 2),
    },
    {
      name: "dpo",
      message: "this is DPO's slope, which is never 0; differentiate the square",
      run: (margins, tau) => margins.map((h) => -tau / (1 + Math.exp(tau * h))),
    },
  ],
  hints: [
    "differentiate (h − c)² by h, with c = 1/(2τ) a constant",
    "twice the distance from the target, with its sign; nothing is cut off",
  ],
});
