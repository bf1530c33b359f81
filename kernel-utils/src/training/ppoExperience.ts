import * as tf from "@tensorflow/tfjs";
import type { LanguageModel, RewardModel } from "../model";
import { gae, ppoRewards, whiten } from "../objectives";
import type { PpoDetails } from "./ppoOptions";
import { type Episode, scoreLogps } from "./rollouts/collect";
import { grid, type LayoutOptions, layReplies, replyValues, ungrid } from "./rollouts/layout";

/** An episode with what the two losses need; one number a token, `values` and `returns` one more with a score after EOS. */
export interface Experience extends Episode {
  oldLogps: number[];
  values: number[];
  returns: number[];
  advantages: number[];
}

export type ExperienceOptions = Required<
  Pick<
    PpoDetails,
    | "klCoefficient"
    | "estimator"
    | "scorePosition"
    | "missingEos"
    | "missingEosPenalty"
    | "gamma"
    | "lambda"
    | "whitenRewards"
    | "whitenAdvantages"
    | "ddof"
    | "oldLogps"
    | "temperature"
    | "maxNewTokens"
  >
>;

export const layoutOf = ({ scorePosition, maxNewTokens }: ExperienceOptions): LayoutOptions => ({
  afterEnd: scorePosition === "after-eos",
  maxLength: maxNewTokens,
});

/** Old values and log-probs, rewards of tokens, advantages and returns of a round. */
export async function makeExperience(
  episodes: readonly Episode[],
  scores: readonly number[],
  { model, critic }: { model: LanguageModel; critic: RewardModel },
  options: ExperienceOptions,
): Promise<{ experience: Experience[]; metrics: Record<string, number> }> {
  const padId = model.config.pad_token_id;
  const oldLogps =
    options.oldLogps === "sampling"
      ? episodes.map(({ logps }) => logps)
      : await scoreLogps(model, episodes, padId, options.temperature);
  const values = await scoreValues(critic, episodes, padId, options);
  const arrays = tf.tidy(() => tokenArrays(episodes, scores, oldLogps, values, options));
  try {
    const [advantages, returns] = [await arrays.advantages.array(), await arrays.returns.array()];
    const metrics: Record<string, number> = {};
    for (const [name, value] of Object.entries(arrays.metrics)) metrics[name] = (await value.data())[0];
    const experience = episodes.map((episode, row) => ({
      ...episode,
      oldLogps: oldLogps[row],
      values: values[row],
      returns: returns[row].slice(0, values[row].length),
      advantages: advantages[row].slice(0, episode.tokens.length),
    }));
    return { experience, metrics };
  } finally {
    tf.dispose([arrays.advantages, arrays.returns, ...Object.values(arrays.metrics)]);
  }
}

/** V before each token of each reply, and after the last where the score stands there. */
async function scoreValues(
  critic: RewardModel,
  episodes: readonly Episode[],
  padId: number,
  options: ExperienceOptions,
  batchSize = 64,
): Promise<number[][]> {
  const rows: number[][] = [];
  for (let start = 0; start < episodes.length; start += batchSize) {
    const layout = layReplies(episodes.slice(start, start + batchSize), padId, layoutOf(options));
    const tensor = replyValues(critic, layout);
    const values = await tensor.data().finally(() => tensor.dispose());
    const [B, T] = layout.shape;
    const lengths = Array.from({ length: B }, (_, row) =>
      layout.valueMask.subarray(row * T, (row + 1) * T).reduce((sum, counted) => sum + counted, 0),
    );
    rows.push(...ungrid(values, T, lengths));
  }
  return rows;
}

/** The formulas, in their order: penalty and score, rewards whitened, advantages and returns, advantages whitened. */
function tokenArrays(
  episodes: readonly Episode[],
  scores: readonly number[],
  oldLogps: readonly number[][],
  values: readonly number[][],
  options: ExperienceOptions,
) {
  const { gamma, lambda, ddof, whitenRewards, whitenAdvantages } = options;
  const { shape, mask, valueMask } = layReplies(episodes, 0, layoutOf(options));
  const counted = tf.tensor2d(mask, shape);
  const valued = tf.tensor2d(valueMask, shape);
  const perToken = (rows: readonly number[][]) => grid(rows, shape[1]);
  const penalised = ppoRewards(
    {
      logps: perToken(oldLogps),
      referenceLogps: perToken(episodes.map(({ referenceLogps }) => referenceLogps)),
      scores: tf.tensor1d([...scores]),
      lengths: episodes.map(({ tokens }) => tokens.length),
      containsEos: episodes.map(({ finished }) => finished),
    },
    options,
  );
  const rewards = whitenRewards
    ? whiten({ values: penalised.rewards, mask: valued }, { ddof, shiftMean: false }).whitened
    : penalised.rewards;
  const { advantages, returns } = gae({ rewards, values: perToken(values), mask: valued }, { gamma, lambda });
  // The policy's tokens only: what follows EOS is the critic's business.
  const scaled =
    whitenAdvantages === "batch" ? whiten({ values: advantages, mask: counted }, { ddof }).whitened : advantages;
  return { advantages: scaled as tf.Tensor2D, returns: returns as tf.Tensor2D, metrics: penalised.metrics };
}
