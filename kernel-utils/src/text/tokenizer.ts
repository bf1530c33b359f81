import type { ChatText } from "./chat";
import { WordTokenizer } from "./wordTokenizer";

/** Text to token ids and back: what model, trainers and checkpoints need to know of a tokenizer, of whatever kind. */
export interface Tokenizer {
  /** By id. */
  readonly tokens: readonly string[];
  readonly vocabularySize: number;
  /** Fills short rows; never seen by the model. */
  readonly padId: number;
  /** Starts a document. */
  readonly bosId: number;
  /** Ends a document or a reply. */
  readonly eosId: number;
  /** The text alone, without a start or an end. Special tokens in the text become their ids. */
  encode(text: string): number[];
  /** Special tokens are left out unless asked for. */
  decode(ids: Iterable<number>, options?: { special?: boolean }): string;
  /** Everything the model sees before its reply. Never part of a loss. */
  encodePrompt(prompt: ChatText): number[];
  /** The reply and the end token: what the model must produce, and what counts in a sequence log-prob. */
  encodeCompletion(reply: ChatText): number[];
  /** A whole raw text, for pre-training. */
  encodeDocument(text: string): number[];
  /** The content of Hugging Face's `tokenizer.json`. */
  toJSON(): object;
  /** The content of `tokenizer_config.json` beside it. */
  configJSON(): object;
}

/** Makes the course's own tokenizer; `readTokenizer` takes any. */
export const Tokenizer = {
  /** The special tokens followed by these words in the order given; a repeated word counts once. */
  fromWords: (words: Iterable<string>): WordTokenizer => WordTokenizer.fromWords(words),
  /** @param json the content of a `tokenizer.json` of the course's own kind */
  fromJSON: (json: unknown): WordTokenizer => WordTokenizer.fromJSON(json),
};
