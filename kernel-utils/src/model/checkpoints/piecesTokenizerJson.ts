import { CourseError } from "../../errors";
import type { Piece } from "./pieceVocabulary";

/** SentencePiece's mark for a space. */
const mark = "▁";

/** The first three pieces of every such vocabulary; llama2.c's file holds the last two with line breaks around them. */
const special = ["<unk>", "<s>", "</s>"];

/**
 * A llama2.c vocabulary as Hugging Face's `tokenizer.json`, built as the converter of transformers builds Llama 2's: BPE
 * that falls back to bytes, in which the pair whose union has the higher score merges first.
 */
export function piecesTokenizerJson(pieces: readonly Piece[]) {
  const names = pieces.map(({ bytes }, id) => special[id] ?? bytes.toString("utf8").replaceAll(" ", mark));
  const vocab = new Map(names.map((name, id) => [name, id]));
  if (vocab.size < names.length || names.length < special.length) {
    const what = `${vocab.size} different pieces among ${names.length}`;
    throw new CourseError("bad-file", `piecesTokenizerJson: ${what}; the vocabulary is damaged`);
  }
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const start = { SpecialToken: { id: "<s>", type_id: 0 } };
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({ id, content, ...flags })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: mark },
        { type: "Replace", pattern: { String: " " }, content: mark },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [start, sequence("A")],
      pair: [start, sequence("A"), start, sequence("B")],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: mark }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "<unk>",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges: mergesOf(names, vocab, pieces),
    },
  };
}

/** Every split of a piece into two pieces, pieces of high score first; pairs of ids break ties. */
function mergesOf(names: readonly string[], vocab: ReadonlyMap<string, number>, pieces: readonly Piece[]): string[][] {
  const merges = names.flatMap((name, id) => {
    const characters = id < special.length ? [] : [...name];
    const splits = characters.map((_, at) => [characters.slice(0, at).join(""), characters.slice(at).join("")]);
    const known = splits.filter(([left, right]) => vocab.has(left) && vocab.has(right));
    return known.map(([left, right]) => ({ pair: [left, right], score: pieces[id].score }));
  });
  const idsOf = ({ pair: [left, right] }: { pair: string[] }) => [vocab.get(left)!, vocab.get(right)!];
  merges.sort((a, b) => {
    const [[leftA, rightA], [leftB, rightB]] = [idsOf(a), idsOf(b)];
    return b.score - a.score || leftA - leftB || rightA - rightB;
  });
  return merges.map(({ pair }) => pair);
}

/** The content of `tokenizer_config.json` beside it. */
export const piecesTokenizerSettings = {
  tokenizer_class: "PreTrainedTokenizerFast",
  bos_token: "<s>",
  eos_token: "</s>",
  unk_token: "<unk>",
  clean_up_tokenization_spaces: false,
};
