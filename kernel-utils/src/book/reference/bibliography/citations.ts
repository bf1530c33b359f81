/** Which works a text names: by a tag's key, an arXiv number, a DOI or its title, or as "Rafailov et al. 2023". */
import { type Bibliography, type Work, yearOf } from "./entry";

const arxiv = /arXiv:(\d{4}\.\d{4,5})/g;

/** Works cited in a text, each once. */
export function worksIn(text: string, bibliography: Bibliography): Work[] {
  const ids = new Set([...text.matchAll(arxiv)].map(([, id]) => id));
  const keys = new Set([...text.matchAll(/cited:\s*([\w-]+)/g)].map(([, key]) => key));
  return bibliography.filter((work) => {
    const { id, archive_location: paper, DOI } = work;
    const known = (paper && ids.has(paper)) || keys.has(id) || (DOI && text.includes(DOI));
    return known || isNamed(work, text) || (isTelling(work.title) && text.includes(work.title));
  });
}

/** arXiv numbers in a text that no entry has. */
export const unknownPapers = (text: string, bibliography: Bibliography): string[] => {
  const known = new Set(bibliography.map(({ archive_location: paper }) => paper));
  return [...new Set([...text.matchAll(arxiv)].map(([, id]) => id))].filter((id) => !known.has(id));
};

/** Long enough to be no mere phrase. */
const isTelling = (title: string): boolean => title.length >= 24;

/** First author, then the year with no other between; an arXiv number behind it must not be another work's. */
function isNamed(work: Work, text: string): boolean {
  const { family, literal } = work.author[0];
  const name = (family ?? literal ?? "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(
    `(?<![,&] |and |[\\p{L}-])${name}(?![\\p{L}-])(?:(?!\\d{4})[^|;\\n]){0,140}?(?<!\\d)${yearOf(work)}(?!\\d)(.{0,50}?arXiv:(\\d{4}\\.\\d{4,5}))?`,
    "gu",
  );
  return [...text.matchAll(pattern)].some(([, , paper]) => paper === undefined || paper === work.archive_location);
}

/** A text's arXiv numbers as links to their entries. */
export const withCitations = (text: string, bibliography: Bibliography): string =>
  text.replace(arxiv, (whole, id: string) => {
    const work = bibliography.find(({ archive_location: paper }) => paper === id);
    return work ? `[${whole}](/reference/bibliography.md#${work.id})` : whole;
  });
