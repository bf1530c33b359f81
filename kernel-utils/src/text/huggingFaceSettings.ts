import { CourseError, shown } from "../errors";

type Fields = Readonly<Record<string, unknown>>;

/** Ids of the tokens with a role in every model. */
export interface SpecialIds {
  bosId: number;
  eosId: number;
  padId: number;
}

/** A token's text: the settings hold it bare or as an object with its flags. */
export const tokenText = (token: unknown): string | undefined => {
  const text = typeof token === "object" && token !== null ? (token as Fields).content : token;
  return typeof text === "string" ? text : undefined;
};

/**
 * The settings' tokens, or the model's ids where they name none. Without a start or padding token the end token serves:
 * documents are then told apart by it, and padding is masked wherever it stands.
 */
export function specialIds(
  settings: Fields,
  fallback: Partial<SpecialIds>,
  idOf: (token: string) => number | undefined,
): SpecialIds {
  const named = (role: string): number | undefined => {
    const token = tokenText(settings[role]);
    const id = token === undefined ? undefined : idOf(token);
    if (token !== undefined && id === undefined)
      refuse(`tokenizer_config.json: ${role} is ${shown(token)}, not in the vocabulary`);
    return id;
  };
  const eosId = named("eos_token") ?? fallback.eosId;
  if (eosId === undefined) return refuse("no eos_token is named, so that no reply would ever end");
  return {
    eosId,
    bosId: named("bos_token") ?? fallback.bosId ?? eosId,
    padId: named("pad_token") ?? fallback.padId ?? eosId,
  };
}

/** Refuses what is no vocabulary, and ids beyond the model's, before anything is built from them. */
export function checkIds(content: Fields, limit: number): void {
  for (const id of [...vocabularyIds(content.model), ...addedIds(content.added_tokens ?? [])]) {
    if (Number.isInteger(id) && Number(id) >= 0 && Number(id) < limit) continue;
    refuse(`a token has id ${shown(id)}, ids of this model end at ${limit - 1}`);
  }
}

function vocabularyIds(model: unknown): unknown[] {
  const { vocab } = (model ?? {}) as Fields;
  if (typeof vocab !== "object" || vocab === null) return refuse(`model.vocab is ${shown(vocab)}`);
  const ids = Array.isArray(vocab) ? vocab.map((_, id) => id) : Object.values(vocab); // Unigram: a list of pieces
  return ids.length > 0 ? ids : refuse("model.vocab is empty");
}

function addedIds(tokens: unknown): unknown[] {
  if (!Array.isArray(tokens)) return refuse(`added_tokens is ${shown(tokens)}`);
  return tokens.map((token: unknown) => {
    const { id, content } = (token ?? {}) as Fields;
    return typeof content === "string" && content !== "" ? id : refuse(`an added token is ${shown(token)}`);
  });
}

function refuse(what: string): never {
  throw new CourseError("bad-file", `readTokenizer: ${what}; take all files from the same checkpoint`);
}
