import { CourseError } from "../errors";
import type { Random } from "../tensor/random";

export interface SamplingOptions {
  /** Logits are divided by this; 0 takes the likeliest token. Default 1. */
  temperature?: number;
  /** Sample among the k likeliest tokens only. */
  topK?: number;
  /** Sample among the fewest likeliest tokens that together have at least this probability, in (0, 1]. */
  topP?: number;
}

export interface SampledToken {
  token: number;
  /** log softmax(logits / temperature)[token], nats, before top-k and top-p; at temperature 0 as at 1. */
  logp: number;
  /** log softmax(logits)[token], nats: the model's own, whatever the temperature; what `scoreExamples` finds too. */
  modelLogp: number;
  /** Log of the probability with which this token was drawn, top-k and top-p included; 0 at temperature 0. */
  samplingLogp: number;
}

export function checkSampling({ temperature = 1, topK, topP }: SamplingOptions): void {
  const refuse = (option: string, value: number, rule: string): never => {
    throw new CourseError("bad-value", `generate: ${option} is ${value}; it must be ${rule}`);
  };
  if (!(temperature >= 0 && Number.isFinite(temperature))) refuse("temperature", temperature, "0 or more");
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) refuse("topK", topK, "a positive integer");
  if (topP !== undefined && !(topP > 0 && topP <= 1)) refuse("topP", topP, "above 0 and at most 1");
}

/**
 * Draws one token. Temperature first, then top-k, then top-p (Holtzman et al. 2020, arXiv:1904.09751, section 3.1).
 *
 * @param scratch room for one number a token, to be used again by the next call
 * @param logSum log Σ exp(logits − their largest), where it is known already
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  random: Random,
  scratch: Float64Array = new Float64Array(logits.length),
  logSum?: number,
): SampledToken {
  const { temperature = 1, topK, topP } = options;
  const scale = temperature === 0 ? 1 : 1 / temperature;
  const best = argMax(logits);
  if (temperature === 0 && logSum !== undefined) {
    refuseBroken(logSum);
    return { token: best, logp: -logSum, modelLogp: -logSum, samplingLogp: 0 };
  }
  const total = exponentials(logits, logits[best], scale, scratch);
  refuseBroken(total);
  const modelTotal = scale === 1 ? total : sumOfExponentials(logits, logits[best]);
  const logOf = (token: number, factor: number, sum: number) => (logits[token] - logits[best]) * factor - Math.log(sum);
  if (temperature === 0) {
    const logp = logOf(best, 1, total);
    return { token: best, logp, modelLogp: logp, samplingLogp: 0 };
  }
  const truncated = topK !== undefined || topP !== undefined;
  const kept = truncated ? truncate(scratch, total, topK, topP) : { weights: scratch, total };
  const token = random.categorical(kept.weights);
  const logp = logOf(token, scale, total);
  return {
    token,
    logp,
    modelLogp: scale === 1 ? logp : logOf(token, 1, modelTotal),
    samplingLogp: truncated ? logOf(token, scale, kept.total) : logp,
  };
}

function refuseBroken(sum: number): void {
  if (Number.isFinite(sum)) return;
  throw new CourseError("not-finite", "generate: the logits hold NaN or infinity; the model's weights are broken");
}

/** out[i] = exp((z_i − top) · scale); the sum is returned. */
function exponentials(logits: Float32Array, top: number, scale: number, out: Float64Array): number {
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    out[id] = Math.exp((logits[id] - top) * scale);
    total += out[id];
  }
  return total;
}

function sumOfExponentials(logits: Float32Array, top: number): number {
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += Math.exp(logits[id] - top);
  return total;
}

function argMax(values: Float32Array): number {
  let best = 0;
  for (let id = 1; id < values.length; id++) if (values[id] > values[best]) best = id;
  return best;
}

/** The weights that stay and their sum; the others become 0. Ties keep the lower id. */
function truncate(weights: Float64Array, total: number, topK = weights.length, topP = 1) {
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
  const candidates = order.slice(0, topK);
  const mass = topK < weights.length ? candidates.reduce((sum, id) => sum + weights[id], 0) : total;
  const kept = new Float64Array(weights.length);
  let covered = 0;
  for (const id of candidates) {
    kept[id] = weights[id];
    covered += weights[id];
    if (covered >= topP * mass) break;
  }
  return { weights: kept, total: covered };
}
