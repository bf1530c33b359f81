import type { SymbolKind } from "../../../derivation";
import type { ChapterLines, SymbolFacts } from "../lines";
import {
  anchored,
  type ChapterTitle,
  cellMath,
  chapterLink,
  lineLink,
  plain,
  type ReferencePage,
  table,
} from "../page";
import { type NotationEntry, notation } from "./symbols";

/** What a derivation may draw for a symbol, in a few words. */
const kinds: Record<SymbolKind, string> = {
  scalar: "a number",
  function: "any numbers along an axis",
  distribution: "positive, sums to 1",
  parameters: "logits that gradients are taken in",
  pairs: "weights of ordered pairs of replies",
  preference: "a share for every pair, both orders summing to 1",
  definition: "shorthand",
};

/** A symbol of a derivation that the table does not explain. */
export interface LocalSymbol extends SymbolFacts {
  derivation: string;
}

/** Symbols of a chapter that are explained where it defines them, not in the table; each once. */
export function localSymbols({ derivations }: ChapterLines): LocalSymbol[] {
  const seen = new Set<string>();
  return derivations.flatMap(({ name: derivation, symbols }) =>
    symbols.flatMap((symbol) => {
      const key = `${symbol.latex} ${symbol.kind} ${symbol.is ?? ""}`;
      if (explains(symbol) || seen.has(key)) return [];
      seen.add(key);
      return [{ ...symbol, derivation }];
    }),
  );
}

const explains = ({ name, latex }: SymbolFacts): boolean =>
  notation.some(({ declared }) => declared?.name === name && declared.latex.includes(latex));

export function notationPage(lines: readonly ChapterLines[], chapters: readonly ChapterTitle[]): ReferencePage {
  const titleOf = (chapter: string): string => chapters.find(({ name }) => name === chapter)?.title ?? chapter;
  const locals = lines.map((chapter) => ({ chapter: chapter.chapter, symbols: localSymbols(chapter) }));
  const markdown = [
    "# Notation",
    "",
    "Logarithms are natural, so log-probabilities, entropies and divergences are in nats. A sequence's log-probability is the **sum**",
    "over the tokens of the reply, its end token included, prompt and padding not; where a mean is meant, the name says so.",
    "In shapes B is examples, T tokens, V the vocabulary, Y replies that are enumerated, P prompts and G replies to each.",
    "",
    table(
      ["symbol", "meaning", "unit", "shape", "in code", "first used", "in derivations"],
      notation.map((entry) => row(entry)),
    ),
    "",
    "## Symbols of single chapters",
    "",
    "What a derivation declares beyond the table: drawn at random, or short for an expression.",
    "",
    ...locals
      .filter(({ symbols }) => symbols.length > 0)
      .flatMap(({ chapter, symbols }) => [
        anchored(3, chapter, titleOf(chapter)),
        "",
        table(
          ["symbol", "is", "derivation"],
          symbols.map((symbol) => localRow(symbol)),
        ),
        "",
      ]),
  ].join("\n");
  return { path: "reference/notation.md", title: "Notation", markdown };
}

function row({ latex, meaning, unit, shape, code, chapter, equation, declared }: NotationEntry): string[] {
  const first = equation ? lineLink(chapter, equation) : chapterLink(chapter, chapter.slice(0, 2));
  const names =
    code === ""
      ? ""
      : code
          .split(", ")
          .map((name) => `\`${name}\``)
          .join(", ");
  const drawn = declared ? `\`${declared.name}\`, ${declared.kinds.map((kind) => kinds[kind]).join("; or ")}` : "";
  return [cellMath(latex), plain(meaning), plain(unit), plain(shape), names, first, drawn];
}

const localRow = ({ latex, args, kind, is, derivation }: LocalSymbol): string[] => [
  cellMath(latex + args),
  is ? cellMath(is) : kinds[kind],
  derivation,
];
