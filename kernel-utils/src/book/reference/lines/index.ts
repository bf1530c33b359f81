export {
  type ChapterLines,
  chapterLines,
  type DerivationFacts,
  type LineFacts,
  type SymbolFacts,
} from "./chapterLines";
export { type LinesOptions, linesPage, totalsOf } from "./page";
