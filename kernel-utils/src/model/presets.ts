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
 * The Llama shape whose exact parameter count comes closest to the budget, among well-proportioned ones: an even number
 * of heads, about 32 units of width a layer in small models and 64 in large ones, and a SwiGLU width between two and
 * four times the model's that takes up what is left of the budget.
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
  const configs = [...candidates(budget, vocabularySize, overrides)];
  return configs.reduce((best, config) => (costOf(config, budget) < costOf(best, budget) ? config : best));
}

function* candidates(budget: number, vocabularySize: number, overrides: Partial<LlamaConfig>): Generator<LlamaConfig> {
  const headDim = budget < 3_000_000 ? 16 : budget < 30_000_000 ? 32 : 64;
  const step = 2 * headDim; // an even number of heads, so that two query heads can share one key/value head
  for (let width = step; width <= 1024; width += step) {
    for (let layers = 1; layers <= 16; layers++) {
      const shape = { vocab_size: vocabularySize, hidden_size: width, num_hidden_layers: layers };
      const heads = { num_attention_heads: width / headDim, head_dim: headDim };
      yield fitInnerWidth(llamaConfig({ ...shape, ...heads, ...overrides }), budget);
    }
  }
}

function fitInnerWidth(config: LlamaConfig, budget: number): LlamaConfig {
  const { hidden_size: d, num_hidden_layers: layers, intermediate_size: usual } = config;
  const perUnit = 3 * d * layers; // gate, up and down in every layer
  const wanted = usual + (budget - countParameters(config)) / perUnit;
  const inner = Math.round(Math.min(4 * d, Math.max(2 * d, wanted)) / 8) * 8;
  return { ...config, intermediate_size: inner };
}

/** Distance from the budget in log units, and a gentler pull to the usual proportions. */
function costOf(config: LlamaConfig, budget: number): number {
  const { hidden_size: d, num_hidden_layers: layers, intermediate_size: inner } = config;
  const usualWidthPerLayer = budget < 3_000_000 ? 32 : 64;
  const offBudget = Math.abs(Math.log(countParameters(config) / budget));
  const offShape = Math.abs(Math.log(d / layers / usualWidthPerLayer)) + Math.abs(Math.log((3 * inner) / (8 * d)));
  return offBudget + 0.2 * offShape;
}
