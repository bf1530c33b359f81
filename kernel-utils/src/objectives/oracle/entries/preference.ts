import { type Float64Node, float64Arithmetic } from "../../arithmetic/float64";
import { type DpoOptions, dpoVariants, dpoWith, type PairLogps } from "../../dpo";
import { type Entry, objective, pick } from "../entry";
import type { FieldSpec } from "../fields";

const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];
const perExampleSum: FieldSpec = { axes: ["B"], says: "log-prob summed over completion tokens, nats" };

/** Losses of preference pairs and of labelled replies. */
export const preferenceEntries: Record<string, Entry> = {
  dpo: objective(
    {
      summary: "Direct Preference Optimization and its family",
      formula: ["h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l)", "L = −(1 − ε) log σ(βh) − ε log σ(−βh)"],
      inputs: pick(pairFields, () => perExampleSum),
      differentiable: pairFields,
      options: {
        beta: { kind: "number", default: 0.1, says: "> 0, the pull to the reference" },
        variant: { kind: "string", default: "sigmoid", choices: dpoVariants, says: "what turns h into a loss" },
        labelSmoothing: { kind: "number", default: 0, says: "ε in [0, 0.5), the share of flipped labels" },
        referenceFree: { kind: "boolean", default: false, says: "drop the reference from h" },
      },
    },
    (nodes, options) => ({
      ...dpoWith(float64Arithmetic, nodes as unknown as PairLogps<Float64Node>, options as DpoOptions),
    }),
  ),
};
