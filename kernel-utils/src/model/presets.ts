import { CourseError } from "../errors";
import { countParameters, type LlamaConfig, llamaConfig } from "./config";

/** Parameter budgets by name; the smallest learns the course's world in seconds, the largest wants a GPU. */
export const presets = {
  nano: 50_000,
  micro: 150_000,
  small: 300_000,
  medium: 1_000_000,
  large: 12_000_000,
  huge: 100_000_000,
} as const;

export type Preset = keyof typeof presets;

const smallestBudget = 20_000;
const largestBudget = 120_000_000;

/**
 * The Llama shape whose exact parameter count comes closest to the budget, among well-proportioned ones:
 * width a multiple of the head size, about 32 units of width a layer for small models and 64 for large ones.
 */
export function configForSize(
  size: Preset | number,
  vocabularySize: number,
  overrides: Partial<LlamaConfig> = {},
): LlamaConfig {
  const budget = typeof size === "number" ? size : presets[size];
  if (!(budget >= smallestBudget && budget <= largestBudget)) {
    const range = `${smallestBudget} to ${largestBudget} parameters, or ${Object.keys(presets).join(", ")}`;
    throw new CourseError("bad-value", `configForSize: size is ${size}; use ${range}`);
  }
  let best: { config: LlamaConfig; cost: number } | undefined;
  for (const config of candidates(budget, vocabularySize, overrides)) {
    const cost = costOf(config, budget);
    if (!best || cost < best.cost) best = { config, cost };
  }
  if (best) return best.config;
  throw new CourseError("bad-value", `configForSize: no width up to 1024 fits a budget of ${budget}; raise it`);
}

function* candidates(budget: number, vocabularySize: number, overrides: Partial<LlamaConfig>): Generator<LlamaConfig> {
  const headDim = budget < 3_000_000 ? 16 : budget < 30_000_000 ? 32 : 64;
  const step = 2 * headDim; // an even number of heads, so that two query heads can share one key/value head
  for (let width = step; width <= 1024; width += step) {
    for (let layers = 1; layers <= 16; layers++) {
      const shape = { vocab_size: vocabularySize, hidden_size: width, num_hidden_layers: layers };
      yield llamaConfig({ ...shape, num_attention_heads: width / headDim, head_dim: headDim, ...overrides });
    }
  }
}

/** Distance from the budget in log units, plus a gentle pull to the usual width per layer. */
function costOf(config: LlamaConfig, budget: number): number {
  const usualWidthPerLayer = budget < 3_000_000 ? 32 : 64;
  const offBudget = Math.abs(Math.log(countParameters(config) / budget));
  const offShape = Math.abs(Math.log(config.hidden_size / config.num_hidden_layers / usualWidthPerLayer));
  return offBudget + 0.1 * offShape;
}
