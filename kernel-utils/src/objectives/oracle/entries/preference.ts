import { type Float64Node, float64Arithmetic as m } from "../../arithmetic/float64";
import { bcoDefaults, bcoWith } from "../../bco";
import { cpoDefaults, cpoWith } from "../../cpo";
import { divergenceNames, divergences } from "../../divergences";
import { type DpoInputs, dpoDefaults, dpoWith } from "../../dpo";
import { dpoVariants, variants } from "../../dpoVariants";
import { ipoDefaults, ipoLogps, ipoWith } from "../../ipo";
import { ktoDefaults, ktoWith } from "../../kto";
import type { LabelledLogps } from "../../labelled";
import { onlineDpoWith } from "../../onlineDpo";
import { orpoDefaults, orpoWith } from "../../orpo";
import { gammaMeanings, simpoDefaults, simpoWith } from "../../simpo";
import { slicDefaults, slicWith } from "../../slic";
import { type Entry, type OptionSpec, objective, pick, type Range } from "../entry";
import type { FieldSpec } from "../fields";

const sum: FieldSpec = { axes: ["B"], says: "log-prob summed over completion tokens, nats" };
const mean: FieldSpec = { axes: ["B"], says: "mean log-prob of the completion tokens, nats a token" };
const length: FieldSpec = { axes: ["B"], entries: "count", optional: true, says: "completion tokens, EOS included" };
const nll: FieldSpec = {
  axes: ["B"],
  orScalar: true,
  says: "negative log-likelihood of the chosen replies, nats",
};

const pairFields = ["policyChosenLogps", "policyRejectedLogps", "referenceChosenLogps", "referenceRejectedLogps"];
const pairInputs = { ...pick(pairFields, () => sum), chosenLengths: length, rejectedLengths: length };
const pairLengths = [["chosenLengths", "rejectedLengths"]];

const labelled: FieldSpec = { axes: ["B"], entries: "boolean", says: "whether the reply is a good one" };
const labelledInputs = { policyLogps: sum, referenceLogps: sum, desirable: labelled };

const number = (value: number, says: string, range: Range): OptionSpec => ({
  kind: "number",
  default: value,
  range,
  says,
});
const positive: Range = { above: 0 };
const notNegative: Range = { from: 0 };
const choice = (value: string, choices: readonly string[], says: string): OptionSpec => ({
  kind: "string",
  default: value,
  choices,
  says,
});
const smoothing = (says = "ε in [0, 0.5), the share of flipped labels"): OptionSpec =>
  number(0, says, { from: 0, below: 0.5 });

const dpoOptions: Record<string, OptionSpec> = {
  beta: number(dpoDefaults.beta, "> 0, the pull to the reference (TRL, OpenRLHF 0.1; NeMo RL 0.05)", positive),
  variant: choice(dpoDefaults.variant, dpoVariants, "what turns h into a loss, above"),
  labelSmoothing: smoothing(
    `ε in [0, 0.5); enters ${dpoVariants.filter((name) => variants[name].smoothing).join(", ")}, no other`,
  ),
  referenceFree: { kind: "boolean", default: false, says: "drop the reference from h; rewards still subtract it" },
  divergence: choice(dpoDefaults.divergence, divergenceNames, "what holds the policy to the reference"),
  alpha: number(dpoDefaults.alpha, "α of the alpha divergence: 0 forward KL, 1 reverse KL", {}),
  lengthPenalty: number(
    dpoDefaults.lengthPenalty,
    "adds this · (|y_w| − |y_l|) to the logit βh; needs the lengths",
    {},
  ),
  discopopTau: number(dpoDefaults.discopopTau, "> 0, τ of discopop", positive),
};

const dpoFormula = [
  "x = log π(y) − log π_ref(y) of each reply, s its score, h = s_w − s_l; L is the mean over pairs of",
  ...dpoVariants.map((name) => `  ${name.padEnd(13)} ${variants[name].formula}`),
  "the score s of a log-ratio x, held in ±20 before an exponential:",
  ...divergenceNames.map((name) => `  ${name.padEnd(13)} ${divergences[name].formula}`),
  "sources:",
  ...dpoVariants.map((name) => `  ${name.padEnd(13)} ${variants[name].source}`),
  `  ${"divergences".padEnd(13)} Wang et al. 2023, arXiv:2309.16240`,
  `  ${"lengthPenalty".padEnd(13)} Park et al. 2024, arXiv:2403.19159`,
];

type Nodes = Record<string, Float64Node>;
/** The fields were checked by name against the entry, so a formula may take them as its own. */
const as = <T>(nodes: Nodes): T => nodes as unknown as T;

/** Losses of preference pairs and of labelled replies. */
export const preferenceEntries: Record<string, Entry> = {
  dpo: objective(
    {
      summary: "Direct Preference Optimization: 14 variants, 4 divergences",
      formula: dpoFormula,
      inputs: pairInputs,
      together: pairLengths,
      differentiable: pairFields,
      options: dpoOptions,
    },
    (nodes, options) => ({ ...dpoWith(m, as<DpoInputs<Float64Node>>(nodes), options) }),
  ),
  ipo: objective(
    {
      summary: "Identity Preference Optimization, on sums or on means",
      formula: [
        "L = (x − 1/(2τ))²      Azar et al. 2023, arXiv:2310.12036, eq. 17",
        "  sum   x = h = log π(y_w)/π_ref(y_w) − log π(y_l)/π_ref(y_l)",
        "  mean  x = log-ratio of y_w / |y_w| − log-ratio of y_l / |y_l|, as TRL's DPO trainer; needs the lengths",
      ],
      inputs: pairInputs,
      together: pairLengths,
      differentiable: pairFields,
      options: {
        tau: number(ipoDefaults.tau, "> 0, the pull to the reference", positive),
        logps: choice(ipoDefaults.logps, ipoLogps, "what x compares"),
      },
    },
    (nodes, options) => ({ ...ipoWith(m, as<DpoInputs<Float64Node>>(nodes), options) }),
  ),
  kto: objective(
    {
      summary: "Kahneman–Tversky Optimization of replies with a thumb up or down",
      formula: [
        "r = log π/π_ref,  z0 = max(0, mean(klPolicyLogps − klReferenceLogps)), constant for the gradient",
        "L = mean of λ_D (1 − σ(β(r − z0))) if desirable, else λ_U (1 − σ(β(z0 − r)))",
        "Ethayarajh et al. 2024, arXiv:2402.01306",
      ],
      inputs: {
        ...labelledInputs,
        klPolicyLogps: { axes: ["B"], says: "log-prob, summed, of a reply to another prompt of the batch" },
        klReferenceLogps: { axes: ["B"], says: "the same under the reference" },
      },
      differentiable: ["policyLogps", "referenceLogps"],
      options: {
        beta: number(ktoDefaults.beta, "> 0, the pull to the reference", positive),
        desirableWeight: number(ktoDefaults.desirableWeight, "λ_D >= 0", notNegative),
        undesirableWeight: number(ktoDefaults.undesirableWeight, "λ_U >= 0", notNegative),
      },
    },
    (nodes, options) => ({ ...ktoWith(m, as<Parameters<typeof ktoWith<Float64Node>>[1]>(nodes), options) }),
  ),
  orpo: objective(
    {
      summary: "Odds Ratio Preference Optimization",
      formula: [
        "logOdds = (a_w − a_l) − (log(1 − e^a_w) − log(1 − e^a_l)),  a the mean log-prob of a reply",
        "L = mean of chosenNll + λ oddsRatioTerm,  oddsRatioTerm = −log σ(logOdds)",
        "Hong et al. 2024, arXiv:2403.07691, eq. 6 and 7",
      ],
      inputs: {
        chosenMeanLogps: { ...mean, negative: true },
        rejectedMeanLogps: { ...mean, negative: true },
        chosenNll: nll,
      },
      differentiable: ["chosenMeanLogps", "rejectedMeanLogps", "chosenNll"],
      options: {
        lambda: number(orpoDefaults.lambda, "λ >= 0 (`beta` in TRL, 0.1; `alpha` in the official code)", notNegative),
      },
    },
    (nodes, options) => ({ ...orpoWith(m, as<Parameters<typeof orpoWith<Float64Node>>[1]>(nodes), options) }),
  ),
  simpo: objective(
    {
      summary: "Simple Preference Optimization: mean log-probs with a target margin",
      formula: [
        "x = β (a_w − a_l) − γ',  γ' = γ (absolute) or γβ (ratio),  a the mean log-prob of a reply",
        "L = mean of −(1 − ε) log σ(x) − ε log σ(−x)      Meng et al. 2024, arXiv:2405.14734, eq. 6",
      ],
      inputs: { chosenMeanLogps: mean, rejectedMeanLogps: mean },
      differentiable: ["chosenMeanLogps", "rejectedMeanLogps"],
      options: {
        beta: number(simpoDefaults.beta, "> 0", positive),
        gamma: number(simpoDefaults.gamma, "γ >= 0", notNegative),
        gammaMeaning: choice(
          simpoDefaults.gammaMeaning,
          gammaMeanings,
          "TRL's simpo_gamma is absolute, others' a ratio",
        ),
        labelSmoothing: smoothing(),
      },
    },
    (nodes, options) => ({ ...simpoWith(m, as<Parameters<typeof simpoWith<Float64Node>>[1]>(nodes), options) }),
  ),
  cpo: objective(
    {
      summary: "Contrastive Preference Optimization",
      formula: [
        "x = β (s_w − s_l),  s the summed log-prob of a reply",
        "L = mean of −(1 − ε) log σ(x) − ε log σ(−x) + α chosenNll      Xu et al. 2024, arXiv:2401.08417",
      ],
      inputs: { chosenLogps: sum, rejectedLogps: sum, chosenNll: nll },
      differentiable: ["chosenLogps", "rejectedLogps", "chosenNll"],
      options: {
        beta: number(cpoDefaults.beta, "> 0", positive),
        alpha: number(cpoDefaults.alpha, ">= 0, the weight of the likelihood", notNegative),
        labelSmoothing: smoothing(),
      },
    },
    (nodes, options) => ({ ...cpoWith(m, as<Parameters<typeof cpoWith<Float64Node>>[1]>(nodes), options) }),
  ),
  slic: objective(
    {
      summary: "Sequence Likelihood Calibration: a hinge on summed log-probs",
      formula: ["L = mean of max(0, δ − s_w + s_l) + λ chosenNll      Zhao et al. 2023, arXiv:2305.10425"],
      inputs: { chosenLogps: sum, rejectedLogps: sum, chosenNll: { ...nll, optional: true } },
      differentiable: ["chosenLogps", "rejectedLogps", "chosenNll"],
      options: {
        delta: number(slicDefaults.delta, "δ >= 0, nats", notNegative),
        lambda: number(slicDefaults.lambda, "λ >= 0, the weight of chosenNll, which it then needs", notNegative),
      },
    },
    (nodes, options) => ({ ...slicWith(m, as<Parameters<typeof slicWith<Float64Node>>[1]>(nodes), options) }),
  ),
  bco: objective(
    {
      summary: "Binary Classifier Optimization of replies with a thumb up or down",
      formula: [
        "r = β log π/π_ref;  L = mean of −log σ(r − δ) if desirable, else −log σ(δ − r)",
        "Jung et al. 2024, arXiv:2404.04656; δ is constant for the gradient",
      ],
      inputs: labelledInputs,
      differentiable: ["policyLogps", "referenceLogps"],
      options: {
        beta: number(bcoDefaults.beta, "> 0", positive),
        delta: { kind: "number", says: "δ; without it the mean of r over this batch (TRL: a running mean)" },
      },
    },
    (nodes, options) => ({ ...bcoWith(m, as<LabelledLogps<Float64Node>>(nodes), options) }),
  ),
  "online-dpo": objective(
    {
      summary: "DPO on two samples of the policy, ranked by a reward",
      formula: ["dpo of the pair, in which the reply with the larger reward is chosen; the first at a tie"],
      inputs: {
        firstRewards: { axes: ["B"], says: "score of the first reply; it only ranks" },
        secondRewards: { axes: ["B"], says: "score of the second reply" },
        policyFirstLogps: sum,
        policySecondLogps: sum,
        referenceFirstLogps: sum,
        referenceSecondLogps: sum,
      },
      differentiable: ["policyFirstLogps", "policySecondLogps", "referenceFirstLogps", "referenceSecondLogps"],
      options: dpoOptions,
    },
    (nodes, options) => ({ ...onlineDpoWith(m, as<Parameters<typeof onlineDpoWith<Float64Node>>[1]>(nodes), options) }),
  ),
};
