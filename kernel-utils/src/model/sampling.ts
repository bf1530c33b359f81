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
}

export function checkSampling({ temperature = 1, topK, topP }: SamplingOptions): void {
  const refuse = (option: string, value: number, rule: string): never => {
    throw new CourseError("bad-value", `generate: ${option} is ${value}; it must be ${rule}`);
  };
  if (!(temperature >= 0 && Number.isFinite(temperature))) refuse("temperature", temperature, "0 or more");
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) refuse("topK", topK, "a positive integer");
  if (topP !== undefined && !(topP > 0 && topP <= 1)) refuse("topP", topP, "above 0 and at most 1");
}

/** Draws one token. Temperature first, then top-k, then top-p (Holtzman et al. 2020, arXiv:1904.09751, section 3.1). */
export function sampleToken(logits: Float32Array, options: SamplingOptions, random: Random): SampledToken {
  const { temperature = 1, topK, topP } = options;
  const scale = temperature === 0 ? 1 : 1 / temperature;
  const best = argMax(logits);
  const weights = new Float64Array(logits.length); // exp((z − max) / temperature)
  let total = 0;
  for (let id = 0; id < logits.length; id++) {
    weights[id] = Math.exp((logits[id] - logits[best]) * scale);
    total += weights[id];
  }
  if (!Number.isFinite(total)) {
    throw new CourseError("not-finite", "generate: the logits hold NaN or infinity; the model's weights are broken");
  }
  const truncated = topK !== undefined || topP !== undefined ? truncate(weights, total, topK, topP) : weights;
  const token = temperature === 0 ? best : random.categorical(truncated);
  return { token, logp: (logits[token] - logits[best]) * scale - Math.log(total) };
}

function argMax(values: Float32Array): number {
  let best = 0;
  for (let id = 1; id < values.length; id++) if (values[id] > values[best]) best = id;
  return best;
}

/** The weights that stay; the others become 0. Ties keep the lower id. */
function truncate(weights: Float64Array, total: number, topK = weights.length, topP = 1): Float64Array {
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
  return kept;
}
