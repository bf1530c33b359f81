export { unknownPapers, withCitations, worksIn } from "./citations";
export {
  type Author,
  type Bibliography,
  bibliographyFile,
  citationKeys,
  parseBibliography,
  type Work,
  yearOf,
} from "./entry";
export { authorsOf, formatted, linkOf, shortName } from "./format";
export { bibliographyPage, type CitingText } from "./page";
