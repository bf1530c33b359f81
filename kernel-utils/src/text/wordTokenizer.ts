import { CourseError } from "../errors";
import { type ChatText, renderChat, replyText } from "./chat";
import type { Tokenizer } from "./tokenizer";
import { readTokenizerJson, type TokenizerJson, tokenizerConfig, tokenizerJson } from "./wordTokenizerJson";

/** Always the first ids of a vocabulary, in this order. */
export const specialTokens = ["<pad>", "<bos>", "<eos>", "<unk>", "<user>", "<assistant>"] as const;

const specialPattern = new RegExp(specialTokens.join("|"), "g");

/** A word-level tokenizer: one id a word, words separated by white space. */
export class WordTokenizer implements Tokenizer {
  readonly padId = 0;
  readonly bosId = 1;
  readonly eosId = 2;
  readonly unkId = 3;
  readonly userId = 4;
  readonly assistantId = 5;
  private readonly ids: ReadonlyMap<string, number>;

  private constructor(readonly tokens: readonly string[]) {
    this.ids = new Map(tokens.map((token, id) => [token, id]));
  }

  /** The special tokens followed by these words in the order given; a repeated word counts once. */
  static fromWords(words: Iterable<string>): WordTokenizer {
    const vocabulary = new Set<string>(specialTokens);
    for (const word of words) {
      if (word === "" || space.test(word)) {
        throw new CourseError(
          "bad-value",
          `Tokenizer.fromWords: "${word}" is not one word; split the text at white space first`,
        );
      }
      vocabulary.add(word);
    }
    return new WordTokenizer([...vocabulary]);
  }

  /** @param json the content of a Hugging Face `tokenizer.json` that `toJSON` wrote */
  static fromJSON(json: unknown): WordTokenizer {
    return new WordTokenizer(readTokenizerJson(json, specialTokens));
  }

  get vocabularySize(): number {
    return this.tokens.length;
  }

  /** One id a word; special tokens in the text become their ids, a word not in the vocabulary becomes `<unk>`. */
  encode(text: string): number[] {
    return split(text).map((word) => this.ids.get(word) ?? this.unkId);
  }

  /** Words joined by single spaces. Special tokens are left out unless asked for; `<unk>` always shows. */
  decode(ids: Iterable<number>, options: { special?: boolean } = {}): string {
    const words: string[] = [];
    for (const id of ids) {
      const token = this.tokens[id];
      if (token === undefined) {
        const range = `0 to ${this.tokens.length - 1}`;
        throw new CourseError("bad-value", `Tokenizer.decode: id ${id} is not in the vocabulary; ids are ${range}`);
      }
      if (options.special || id === this.unkId || !this.isSpecial(id)) words.push(token);
    }
    return words.join(" ");
  }

  /** `<bos> <user> … <assistant>`: everything the model sees before its reply. Never part of a loss. */
  encodePrompt(prompt: ChatText): number[] {
    return this.encode(renderChat(prompt, { addGenerationPrompt: true }));
  }

  /** The reply and `<eos>`: what the model must produce, and what counts in a sequence log-prob. */
  encodeCompletion(reply: ChatText): number[] {
    return [...this.encode(replyText(reply)), this.eosId];
  }

  /** `<bos> … <eos>`: raw text, for pre-training. */
  encodeDocument(text: string): number[] {
    return [this.bosId, ...this.encode(text), this.eosId];
  }

  /** The words of the text that `encode` would turn into `<unk>`, each once, in order. */
  unknownWords(text: string): string[] {
    return [...new Set(split(text).filter((word) => !this.ids.has(word)))];
  }

  isSpecial(id: number): boolean {
    return id < specialTokens.length;
  }

  /** Hugging Face `tokenizer.json`: WordLevel model behind a WhitespaceSplit pre-tokenizer. */
  toJSON(): TokenizerJson {
    return tokenizerJson(this.tokens, specialTokens);
  }

  /** The special tokens' roles and the chat template, for `tokenizer_config.json`. */
  configJSON() {
    return tokenizerConfig();
  }
}

/** Unicode's white space, as Hugging Face splits: `\s` of a JavaScript pattern takes U+FEFF for a space, and U+0085 not. */
const space = /\p{White_Space}+/u;

/** Special tokens are recognised anywhere, other words end at white space: what the JSON tells Hugging Face to do. */
const split = (text: string): string[] => text.replace(specialPattern, " $& ").split(space).filter(Boolean);
