export { type ChapterLines, chapterLines, type DerivationFacts, type LineFacts } from "./chapterLines";
export { type LinesOptions, linesPage, totalsOf } from "./page";
