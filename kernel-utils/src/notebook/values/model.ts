/** Models, adapters and tokenizers show themselves: how large they are and how they are made. */

import type { LanguageModel, LoraAdapter, RewardModel } from "../../model";
import type { Tokenizer } from "../../text";
import type { MimeBundle } from "../display";
import { counted } from "../display/rich/counted";
import { factsBundle } from "../display/rich/htmlTable";

type Fact = readonly [name: string, value: string];

export const modelBrief = ({ parameterCount, adapter, parameters }: LanguageModel): string => {
  const adapted = adapter ? `, with an adapter of ${counted(adapter.parameterCount, "parameter")}` : "";
  const isDisposed = [...parameters.values()].some((parameter) => parameter.isDisposed);
  return `Language model of ${counted(parameterCount, "parameter")}${adapted}${isDisposed ? ", disposed: its weights are gone" : ""}`;
};

export const modelBundle = (model: LanguageModel): MimeBundle => factsBundle(modelBrief(model), shapeFacts(model));

function shapeFacts({ config, adapter, isMerged, checkpointLayers }: LanguageModel): Fact[] {
  const { num_attention_heads: heads, num_key_value_heads: shared } = config;
  return [
    ["architecture", "Llama"],
    ["width d", String(config.hidden_size)],
    ["layers", String(config.num_hidden_layers)],
    ["attention heads", `${heads} of ${config.head_dim}${shared < heads ? `, sharing ${shared} keys and values` : ""}`],
    ["SwiGLU width", String(config.intermediate_size)],
    ["vocabulary V", counted(config.vocab_size, "token")],
    ["longest sequence", counted(config.max_position_embeddings, "token")],
    ["output projection", config.tie_word_embeddings ? "the embedding table, tied" : "of its own"],
    ...(adapter ? [["adapter", `${settingsOf(adapter)}${isMerged ? "; merged" : ""}`] as const] : []),
    ...(checkpointLayers ? [["backward pass", "layers are run again, to save memory"] as const] : []),
  ];
}

export const rewardModelBrief = ({ body }: RewardModel): string =>
  `Reward model: a head of ${counted(body.config.hidden_size, "parameter")} on a body of ${counted(body.parameterCount, "parameter")}`;

export const rewardModelBundle = (model: RewardModel): MimeBundle =>
  factsBundle(rewardModelBrief(model), shapeFacts(model.body));

const settingsOf = ({ settings: { rank, alpha, dropout, targets } }: LoraAdapter): string =>
  `rank ${rank}, alpha ${alpha}${dropout > 0 ? `, dropout ${dropout}` : ""}, on ${targets.join(", ")}`;

export const adapterBrief = ({ parameterCount }: LoraAdapter): string =>
  `Low-rank adapter of ${counted(parameterCount, "parameter")}`;

export const adapterBundle = (adapter: LoraAdapter): MimeBundle =>
  factsBundle(adapterBrief(adapter), [["settings", settingsOf(adapter)]]);

export const tokenizerBrief = ({ vocabularySize }: Tokenizer): string =>
  `Tokenizer of ${counted(vocabularySize, "token")}`;

export function tokenizerBundle(tokenizer: Tokenizer): MimeBundle {
  const { tokens, padId, bosId, eosId } = tokenizer;
  const named = (id: number): string => `${tokens[id] ?? "none"}, id ${id}`;
  const first = tokens.slice(0, 12).join(" ");
  return factsBundle(tokenizerBrief(tokenizer), [
    ["padding", named(padId)],
    ["start", named(bosId)],
    ["end", named(eosId)],
    ["first tokens", `${first}${tokens.length > 12 ? " …" : ""}`],
  ]);
}
