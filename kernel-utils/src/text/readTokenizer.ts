import type { SpecialIds } from "./huggingFaceSettings";
import { HuggingFaceTokenizer } from "./huggingFaceTokenizer";
import type { Tokenizer } from "./tokenizer";
import { WordTokenizer } from "./wordTokenizer";
import { isWordTokenizerJson } from "./wordTokenizerJson";

/**
 * The tokenizer of a checkpoint: the course's own word-level kind where it is one, Hugging Face's for every other.
 *
 * @param content of `tokenizer.json`
 * @param settings content of `tokenizer_config.json`
 * @param fallback ids from `config.json`, for roles that the settings name no token for; all ids are below its size
 */
export function readTokenizer(
  content: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>> = {},
  fallback: Partial<SpecialIds> & { vocabularySize?: number } = {},
): Tokenizer {
  if (isWordTokenizerJson(content)) return WordTokenizer.fromJSON(content);
  return HuggingFaceTokenizer.read(content, settings, fallback);
}
