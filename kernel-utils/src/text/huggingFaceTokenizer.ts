import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { CourseError, messageOf, shown } from "../errors";
import { type ChatText, replyText } from "./chat";
import { ChatTemplate } from "./chatTemplate";
import { checkIds, type SpecialIds, specialIds, tokenText } from "./huggingFaceSettings";
import type { Tokenizer } from "./tokenizer";

type Fields = Readonly<Record<string, unknown>>;

/** Any tokenizer of Hugging Face: byte-level BPE, SentencePiece-style BPE and Unigram, WordPiece. */
export class HuggingFaceTokenizer implements Tokenizer {
  readonly tokens: readonly string[];
  readonly padId: number;
  readonly bosId: number;
  readonly eosId: number;
  /** What the tokenizer itself puts before a text: its start token, or nothing. */
  private readonly start: readonly number[];
  private readonly template?: ChatTemplate;

  private constructor(
    private readonly content: Fields,
    private readonly settings: Fields,
    private readonly library: LibraryTokenizer,
    ids: SpecialIds,
  ) {
    this.tokens = tokensById(library.get_vocab());
    this.padId = ids.padId;
    this.bosId = ids.bosId;
    this.eosId = ids.eosId;
    this.start = this.encode("", { special: true })[0] === ids.bosId ? [ids.bosId] : [];
    this.template = ChatTemplate.from(settings);
  }

  /**
   * @param content of `tokenizer.json`
   * @param settings content of `tokenizer_config.json`; `chat_template` too if it has a file of its own
   * @param fallback ids from `config.json`, where the settings name no token; and a bound on all ids
   */
  static read(content: Fields, settings: Fields, fallback: Partial<SpecialIds> & { vocabularySize?: number } = {}) {
    checkIds(content, fallback.vocabularySize ?? 2 ** 21);
    const library = openLibrary(content, settings);
    const ids = specialIds(settings, fallback, (token) => library.token_to_id(token));
    return new HuggingFaceTokenizer(content, settings, library, ids);
  }

  get vocabularySize(): number {
    return this.tokens.length;
  }

  /** @param options.special adds what the tokenizer puts around a text by itself, as Python's `encode` does */
  encode(text: string, options: { special?: boolean } = {}): number[] {
    const { ids, tokens } = this.library.encode(text, { add_special_tokens: options.special ?? false });
    const unknown = ids.findIndex((id) => typeof id !== "number");
    if (unknown < 0) return ids;
    const what = `${shown(tokens[unknown])} is not in the vocabulary, nor is there a token for the unknown`;
    throw new CourseError("bad-value", `Tokenizer.encode: ${what}; leave it out of the text`);
  }

  decode(ids: Iterable<number>, options: { special?: boolean } = {}): string {
    const list = [...ids];
    const unknown = list.find((id) => this.library.id_to_token(id) === undefined);
    if (unknown !== undefined) {
      const range = `0 to ${this.vocabularySize - 1}`;
      throw new CourseError("bad-value", `Tokenizer.decode: id ${unknown} is not in the vocabulary; ids are ${range}`);
    }
    return list.length === 0 ? "" : this.library.decode(list, { skip_special_tokens: !options.special });
  }

  /** By the checkpoint's chat template; without one the text itself, as a base model continues it. */
  encodePrompt(prompt: ChatText): number[] {
    if (this.template) return this.encode(this.template.render(prompt));
    if (typeof prompt === "string") return [...this.start, ...this.encode(prompt)];
    const what = "this tokenizer has no chat template to render messages with";
    throw new CourseError("bad-value", `Tokenizer.encodePrompt: ${what}; give the prompt as a string`);
  }

  encodeCompletion(reply: ChatText): number[] {
    return [...this.encode(replyText(reply)), this.eosId];
  }

  encodeDocument(text: string): number[] {
    return [...this.start, ...this.encode(text), this.eosId];
  }

  toJSON(): object {
    return this.content;
  }

  configJSON(): object {
    return this.settings;
  }
}

/** Real vocabularies have up to some 200,000 tokens, and ids that no token has. */
function tokensById(vocabulary: ReadonlyMap<string, number>): string[] {
  const tokens: string[] = [];
  for (const [token, id] of vocabulary) tokens[id] = token;
  return Array.from(tokens, (token) => token ?? "");
}

/** The library expects every field to be there; Hugging Face's files leave some out, or hold a token as an object. */
function openLibrary(content: Fields, settings: Fields): LibraryTokenizer {
  const absent = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
  const { unk_token: unknown } = content.model as Fields;
  const names = { unk_token: tokenText(settings.unk_token ?? unknown), eos_token: tokenText(settings.eos_token) };
  // Off unless asked for, as in transformers 5: it would take spaces out of decoded text.
  const clean = { clean_up_tokenization_spaces: settings.clean_up_tokenization_spaces ?? false };
  try {
    const library = new LibraryTokenizer({ ...absent, ...content }, { ...settings, ...clean, ...names });
    repairByteFallback(library);
    return library;
  } catch (cause) {
    const what = `the tokenizer cannot be built (${messageOf(cause).slice(0, 120)})`;
    throw new CourseError("bad-file", `readTokenizer: ${what}; take a tokenizer.json that transformers opens`, {
      cause,
    });
  }
}

/** UTF-8 without exceptions for byte order marks; bytes that are none give one replacement character each. */
const strictBytes = {
  decode(bytes: Uint8Array): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return "\ufffd".repeat(bytes.length);
    }
  },
};

/**
 * Release 0.2.0 of the library decodes `<0xE2>` and its like in another way than Hugging Face's own: it drops U+FEFF and
 * joins the replacement characters of a broken sequence. Models do produce broken sequences.
 */
function repairByteFallback({ decoder }: LibraryTokenizer): void {
  const { decoders = [] } = (decoder ?? {}) as { decoders?: object[] };
  for (const part of [decoder, ...decoders] as ({ config?: { type?: unknown } } | null)[]) {
    if (part?.config?.type === "ByteFallback") Object.assign(part, { text_decoder: strictBytes });
  }
}
