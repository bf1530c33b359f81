import { CourseError } from "../../errors";
import { type LanguageModel, RewardModel } from "../../model";
import { Random } from "../../tensor";
import type { ChatText, Tokenizer } from "../../text";
import { BatchOrder, type BatchOrderState } from "../batching";
import { hashJson, hashModels } from "../run/hashes";
import { collectEpisodes, type Episode, episodeMetrics } from "./collect";
import type { RewardSource } from "./rewardSource";
import type { UpdateSettings } from "./updateLoop";

/** What every trainer takes that samples replies and has them judged. */
export interface SamplerInputs {
  model: LanguageModel;
  tokenizer: Tokenizer;
  /** The prompts replied to; every one comes up once an epoch, in a new order. */
  prompts: readonly ChatText[];
  /** A reward model, or a function of prompt and reply. */
  reward: RewardSource;
  /** Prompts that are never trained on: scores, KL and lengths of replies to them are recorded with every evaluation. */
  heldOut?: readonly ChatText[];
  /** π_ref. Default: the model without its adapter; where it has none, a copy of it made when `run` is called. */
  reference?: LanguageModel;
}

/** Where a sampler's three random streams stand, fit for JSON. */
export interface SamplerState {
  prompts: BatchOrderState;
  replies: number[];
  minibatches: number[];
}

/** Draws prompts, the policy's replies to them, and the minibatches they are learnt in, for one run. */
export class Sampler {
  readonly reference: LanguageModel;
  private readonly ownsReference: boolean;
  private readonly batches: BatchOrder;
  private replies: Random;
  private minibatches: Random;

  constructor(
    private readonly method: string,
    private readonly inputs: SamplerInputs,
    private readonly settings: UpdateSettings,
  ) {
    const { model, prompts, heldOut = [], reference } = inputs;
    checkPrompts(method, inputs, settings.maxNewTokens);
    if (heldOut.length > 0) checkPrompts(`${method}: heldOut`, { ...inputs, prompts: heldOut }, settings.maxNewTokens);
    const seeded = new Random(`${settings.seed}`);
    this.ownsReference = !reference && !model.adapter;
    this.reference = reference ?? (model.adapter ? model.base : model.clone());
    this.batches = new BatchOrder(prompts.length, settings.promptsPerUpdate, seeded.fork("prompts"));
    this.replies = seeded.fork("replies");
    this.minibatches = seeded.fork("minibatches");
  }

  /** The next prompts' episodes, `samples` replies to each, side by side. */
  collect(samples = 1): Promise<Episode[]> {
    const { prompts } = this.inputs;
    const chosen = this.batches.next().flatMap((index) => Array<ChatText>(samples).fill(prompts[index]));
    return this.reply(chosen, this.replies);
  }

  /** One reply to each held-out prompt, with the same random numbers every time: what differs is the policy. */
  private async measure(heldOut: readonly ChatText[]): Promise<Record<string, number>> {
    return episodeMetrics(await this.reply(heldOut, new Random(`${this.settings.seed}`).fork("held-out replies")));
  }

  private reply(prompts: readonly ChatText[], random: Random): Promise<Episode[]> {
    const { model, tokenizer, reward } = this.inputs;
    const { maxNewTokens, temperature } = this.settings;
    const { method, reference } = this;
    return collectEpisodes(prompts, { method, model, reference, tokenizer, reward, maxNewTokens, temperature, random });
  }

  /** A round's replies in the order in which an epoch goes through them. */
  shuffle<T>(rows: readonly T[]): T[] {
    return this.minibatches.shuffle(rows);
  }

  state(): SamplerState {
    return {
      prompts: this.batches.state(),
      replies: this.replies.state(),
      minibatches: this.minibatches.state(),
    };
  }

  /** Continues exactly where `state()` was taken. */
  restore({ prompts, replies, minibatches }: SamplerState): void {
    this.batches.restore(prompts);
    this.replies = Random.fromState(replies);
    this.minibatches = Random.fromState(minibatches);
  }

  /**
   * What a run of a sampler records of its inputs: all models as they are before the first step, and the prompts. The
   * reference never changes: it is among the inputs, or a copy of the policy before the first step.
   */
  described(critic?: RewardModel) {
    const { model, reward, reference, prompts, heldOut = [], tokenizer } = this.inputs;
    const models = { policy: model, reference, reward: reward instanceof RewardModel ? reward : undefined, critic };
    return {
      initialWeights: () => hashModels(models),
      dataHash: () => hashJson(heldOut.length > 0 ? { prompts, heldOut } : prompts),
      heldOut: heldOut.length > 0 ? () => this.measure(heldOut) : undefined,
      decode: (tokens: readonly number[]) => tokenizer.decode(tokens, { special: true }),
    };
  }

  dispose(): void {
    if (this.ownsReference) this.reference.dispose();
  }
}

/** What judges replies, in words for the record. */
export const kindOf = (reward: RewardSource): string => (reward instanceof RewardModel ? "reward model" : "function");

function checkPrompts(method: string, { prompts, tokenizer, model }: SamplerInputs, maxNewTokens: number): void {
  if (prompts.length === 0) throw new CourseError("bad-value", `${method}: no prompts; give at least one`);
  const limit = model.config.max_position_embeddings;
  const long = prompts.findIndex((prompt) => tokenizer.encodePrompt(prompt).length + maxNewTokens > limit);
  if (long < 0) return;
  const need = `${tokenizer.encodePrompt(prompts[long]).length} tokens and ${maxNewTokens} new ones`;
  throw new CourseError("bad-value", `${method}: prompt ${long} has ${need}, the model ${limit} positions; shorten it`);
}
