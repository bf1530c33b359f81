import { CourseError } from "../../errors";
import type { LanguageModel } from "../../model";
import { Random } from "../../tensor";
import type { ChatText, Tokenizer } from "../../text";
import { batchIndices } from "../batching";
import { collectEpisodes, type Episode } from "./collect";
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
  /** π_ref. Default: the model without its adapter; where it has none, a copy of it made when `run` is called. */
  reference?: LanguageModel;
}

/** Draws prompts and the policy's replies to them, for one run. */
export class Sampler {
  readonly reference: LanguageModel;
  private readonly ownsReference: boolean;
  private readonly batches: Generator<number[], never>;
  private readonly random: Random;

  constructor(
    private readonly method: string,
    private readonly inputs: SamplerInputs,
    private readonly settings: UpdateSettings,
  ) {
    checkPrompts(method, inputs, settings.maxNewTokens);
    const { model, prompts, reference } = inputs;
    const seeded = new Random(`${settings.seed}`);
    this.ownsReference = !reference && !model.adapter;
    this.reference = reference ?? (model.adapter ? model.base : model.clone());
    this.batches = batchIndices(prompts.length, settings.promptsPerUpdate, seeded.fork("prompts"));
    this.random = seeded.fork("replies");
  }

  /** The next prompts' episodes, `samples` replies to each, side by side. */
  collect(samples = 1): Promise<Episode[]> {
    const { prompts, model, tokenizer, reward } = this.inputs;
    const { maxNewTokens, temperature } = this.settings;
    const chosen = this.batches.next().value.flatMap((index) => Array<ChatText>(samples).fill(prompts[index]));
    const { method, reference, random } = this;
    return collectEpisodes(chosen, { method, model, reference, tokenizer, reward, maxNewTokens, temperature, random });
  }

  dispose(): void {
    if (this.ownsReference) this.reference.dispose();
  }
}

function checkPrompts(method: string, { prompts, tokenizer, model }: SamplerInputs, maxNewTokens: number): void {
  if (prompts.length === 0) throw new CourseError("bad-value", `${method}: no prompts; give at least one`);
  const limit = model.config.max_position_embeddings;
  const long = prompts.findIndex((prompt) => tokenizer.encodePrompt(prompt).length + maxNewTokens > limit);
  if (long < 0) return;
  const need = `${tokenizer.encodePrompt(prompts[long]).length} tokens and ${maxNewTokens} new ones`;
  throw new CourseError("bad-value", `${method}: prompt ${long} has ${need}, the model ${limit} positions; shorten it`);
}
