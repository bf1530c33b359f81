import { ends, lastWindow, mean, number, type Rows, seriesOf, shareOf, standardError, windowLength } from "./series";
import type { WarningLevel } from "./warnings";

/** A message that the metrics so far call for. */
export interface Observation {
  code: string;
  text: string;
  level?: WarningLevel;
}

/** Steps before a share of them is believed: the warm-up moves little, and twenty coins show 16 heads once in 170. */
const graceSteps = 2 * windowLength;
/** z0 estimated from noise is clamped in half of the steps; four fifths of them are a state, not luck. */
const clampedShare = 0.8;
/** Replies that sway about the reference are below it in half of the steps; as above. */
const fallenShare = 0.8;
/** Nats. Two float32 forward passes of one reply differ by less; a KL between equal models is no more than this. */
const klRounding = 1e-4;
/** Nats a reply. At k1 = 50 the reply is e^50 times likelier than under the reference: nothing learnt there holds here. */
const klLimit = 50;
/** Twice as long is more than any style asks for, half as long again is not. */
const lengthGrowth = 2;
/** Below this share of finished replies, most scores are of replies that the limit cut off. */
const finishedShare = 0.5;

/** Estimates of KL, by the names that trainers log. */
const klNames = ["objective/kl", "kl"] as const;
const lengthNames = ["completions/mean_length", "length", "replies/length"] as const;

/** A note where an estimate first falls below 0, a warning where it stays there. */
function negativeKl(rows: Rows): Observation[] {
  const last = rows[rows.length - 1];
  return klNames.flatMap((name): Observation[] => {
    if (!(last[name] < -klRounding)) return [];
    const text =
      `${name} is ${number(last[name])} at step ${rows.length}: a KL divergence is never negative, its estimate from ` +
      "samples (the mean log-ratio, k1) can be, and near 0 it often is. k3 estimates the same and is never negative";
    const note: Observation = { code: "kl-negative", text, level: "note" };
    const lasting = lastWindow(rows, name)?.every((value) => value < -klRounding);
    if (!lasting) return [note];
    const warning =
      `${name} was negative in ${windowLength} steps running, ${number(last[name])} at step ${rows.length}: that is no noise. ` +
      "The replies are not samples of this policy: look at temperature, top-k, truncation and padding";
    return [note, { code: "kl-negative-lasting", text: warning }];
  });
}

function klRunaway(rows: Rows): Observation[] {
  return klNames.flatMap((name) => {
    const values = lastWindow(rows, name);
    if (!values || mean(values) < klLimit) return [];
    const text =
      `${name} is ${number(mean(values))} nats over the last ${windowLength} steps: the policy has left its reference, and rewards ` +
      "learnt near it mean little there. Raise beta or the KL coefficient, or lower learningRate";
    return [{ code: "kl-runaway", text }];
  });
}

function lengthRunaway(rows: Rows): Observation[] {
  return lengthNames.flatMap((name) => {
    const pair = ends(rows, name);
    if (!pair || mean(pair.last) < lengthGrowth * mean(pair.first)) return [];
    const text =
      `${name} went from ${number(mean(pair.first))} to ${number(mean(pair.last))} tokens: replies grow where the reward ` +
      "prefers length or EOS is lost. Compare replies of equal length, normalise by length, or penalise missing EOS";
    return [{ code: "length-runaway", text }];
  });
}

/** Sampled replies that the token limit cut off. */
function unfinishedReplies(rows: Rows): Observation[] {
  const values = lastWindow(rows, "replies/finished");
  if (!values || mean(values) >= finishedShare) return [];
  const text =
    `only ${Math.round(100 * mean(values))} % of the replies of the last ${windowLength} steps ended by themselves; the others ` +
    "were scored where maxNewTokens cut them off. Raise maxNewTokens, penalise missing EOS (missingEos), or teach the end by SFT";
  return [{ code: "replies-unfinished", text }];
}

/** Below the reference in most steps and now, or a fall beyond two standard errors where there is no reference. */
function chosenFalling(rows: Rows, hasReference: boolean): Observation[] {
  const advice =
    "The loss only sees the difference, so both may fall; the mass goes to replies in neither. Usual at moderate size; to " +
    "hold the chosen ones add a likelihood term (cpo, orpo), raise beta, lower learningRate, or train SFT on them first";
  if (hasReference) {
    const last = lastWindow(rows, "rewards/chosen");
    const fallen = shareOf(rows.slice(1), "rewards/chosen", (value) => value < 0); // at the first step it is 0
    if (!last || rows.length < graceSteps || mean(last) >= 0 || fallen.share < fallenShare) return [];
    const text =
      `chosen replies were less likely than under the reference in ${fallen.text}, rewards/chosen ` +
      `${number(mean(last))} over the last ${windowLength}. ${advice}`;
    return [{ code: "chosen-falling", text }];
  }
  const name = rows[0]["logps/chosen"] === undefined ? "rewards/chosen" : "logps/chosen";
  const pair = ends(rows, name);
  if (!pair) return [];
  const [first, last] = [mean(pair.first), mean(pair.last)];
  if (last >= first - 2 * Math.hypot(standardError(pair.first), standardError(pair.last))) return [];
  return [{ code: "chosen-falling", text: `${name} fell from ${number(first)} to ${number(last)}. ${advice}` }];
}

/** KTO's reference point, which is 0 at the first step by definition. */
function clampedZ0(rows: Rows): Observation[] {
  const clamped = shareOf(rows.slice(1), "kl", (value) => value === 0);
  if (rows.length <= graceSteps || clamped.share < clampedShare) return [];
  const text =
    `z0, the KL that replies are valued against, was clamped at 0 in ${clamped.text}: the mismatched replies became less ` +
    "likely than under the reference. The loss then weighs replies by their own log-ratio alone; larger batches estimate z0 better";
  return [{ code: "z0-clamped", text }];
}

function accuracyAtStart(rows: Rows): Observation[] {
  if (rows.length > 1 || rows[0]["rewards/accuracies"] !== 0 || rows[0]["rewards/margins"] !== 0) return [];
  const text =
    "rewards/accuracies is 0 at the first step, as it must be: policy and reference are the same, every margin is 0, and a " +
    "tie counts as wrong";
  return [{ code: "accuracy-at-start", text, level: "note" }];
}

/** Batches in which every label is masked. */
function maskedBatch(rows: Rows): Observation[] {
  if (!rows[rows.length - 1].skipped) return [];
  const skipped = seriesOf(rows, "skipped").length;
  const text =
    `no label of the batch of step ${rows.length} counts, so the step was skipped (${skipped} of ${rows.length} so far; the metric ` +
    "skipped marks them): its weights and moments are those of the step before. Look at what masks the records' labels";
  return [{ code: "batch-masked", text }];
}

export interface WatchedMethod {
  /** Rewards are measured from a reference, so 0 is where training began. */
  hasReference: boolean;
  /** The metric `kl` is KTO's z0. */
  isKto: boolean;
}

/** What the metrics up to and with the last row call for; asked after each step. */
export function observe(rows: Rows, { hasReference, isKto }: WatchedMethod): Observation[] {
  return [
    ...maskedBatch(rows),
    ...negativeKl(rows),
    ...klRunaway(rows),
    ...lengthRunaway(rows),
    ...unfinishedReplies(rows),
    ...chosenFalling(rows, hasReference),
    ...(isKto ? clampedZ0(rows) : []),
    ...accuracyAtStart(rows),
  ];
}
