import { CourseError, shown } from "../errors";
import { chatTemplate } from "./chat";

interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

/** The part of Hugging Face's `tokenizer.json` that describes a word-level tokenizer. */
export interface TokenizerJson {
  version: string;
  truncation: null;
  padding: null;
  added_tokens: AddedToken[];
  normalizer: null;
  pre_tokenizer: { type: "WhitespaceSplit" };
  post_processor: null;
  decoder: null;
  model: { type: "WordLevel"; vocab: Record<string, number>; unk_token: string };
}

export function tokenizerJson(tokens: readonly string[], special: readonly string[]): TokenizerJson {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), unk_token: "<unk>" },
  };
}

/** Beside `tokenizer.json`, so that `AutoTokenizer` finds the special tokens and the chat template. */
export const tokenizerConfig = () => ({
  tokenizer_class: "PreTrainedTokenizerFast",
  pad_token: "<pad>",
  bos_token: "<bos>",
  eos_token: "<eos>",
  unk_token: "<unk>",
  padding_side: "left",
  clean_up_tokenization_spaces: false,
  chat_template: chatTemplate,
});

/** Is this the `tokenizer.json` of a course tokenizer, sound or not? */
export const isWordTokenizerJson = (json: unknown): boolean => {
  const { model, added_tokens: added } = (json ?? {}) as Partial<TokenizerJson>;
  return model?.type === "WordLevel" && Array.isArray(added) && added.some((token) => token?.content === "<assistant>");
};

/** The tokens in id order. Only tokenizers that split and number as ours does are read. */
export function readTokenizerJson(json: unknown, special: readonly string[]): string[] {
  const { model, pre_tokenizer: preTokenizer } = (json ?? {}) as Partial<TokenizerJson>;
  if (model?.type !== "WordLevel" || typeof model.vocab !== "object" || model.vocab === null)
    refuse(`model.type is ${shown(model?.type)}`);
  if (preTokenizer?.type !== "WhitespaceSplit") refuse(`pre_tokenizer.type is ${shown(preTokenizer?.type)}`);
  const entries = Object.entries(model!.vocab).sort(([, a], [, b]) => a - b);
  const tokens = entries.map(([token]) => token);
  const gap = entries.findIndex(([, id], index) => id !== index);
  if (gap >= 0) refuse(`no token has id ${gap}`);
  const misplaced = special.findIndex((token, id) => tokens[id] !== token);
  if (misplaced >= 0) refuse(`id ${misplaced} is ${shown(tokens[misplaced])}, not ${special[misplaced]}`);
  return tokens;
}

function refuse(what: string): never {
  const want = "a WordLevel model, WhitespaceSplit, special tokens first";
  throw new CourseError("bad-file", `Tokenizer.fromJSON: ${what}; this reader takes ${want}`);
}
