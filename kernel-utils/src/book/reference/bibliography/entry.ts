/** The bibliography: CSL-JSON (citationstyles.org), of which these fields are used, read with a check of every one. */
import { CourseError, shown } from "../../../errors";

export interface Author {
  family?: string;
  given?: string;
  /** An organisation; "others" stands for those not listed. */
  literal?: string;
}

export interface Work {
  /** What `\tag{name, cited: key}` names: family name of the first author and year, as in rafailov2023. */
  id: string;
  type: string;
  title: string;
  author: Author[];
  issued: { "date-parts": number[][] };
  /** Journal, proceedings or book it stands in. */
  "container-title"?: string;
  volume?: string;
  page?: string;
  publisher?: string;
  archive?: "arXiv";
  /** Identifier in the archive: 2305.18290. */
  archive_location?: string;
  DOI?: string;
  URL?: string;
}

export type Bibliography = readonly Work[];

/** Where it lies in the project. */
export const bibliographyFile = "data/bibliography.json";

/** What a text may cite: keys, and papers by their arXiv numbers. */
export const citationKeys = (bibliography: Bibliography): ReadonlySet<string> =>
  new Set(bibliography.flatMap(({ id, archive_location: paper }) => [id, ...(paper ? [`arXiv:${paper}`] : [])]));

export const yearOf = ({ issued }: Work): number => issued["date-parts"][0][0];

const texts = ["container-title", "volume", "page", "publisher", "archive", "archive_location", "DOI", "URL"];
const known = new Set(["id", "type", "title", "author", "issued", ...texts]);

/** @throws CourseError `bad-file` naming the file, the entry and what is wrong with it */
export function parseBibliography(text: string, file: string): Bibliography {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    throw new CourseError("bad-file", `${file}: is not JSON; it is a list of CSL-JSON entries`);
  }
  if (!Array.isArray(entries))
    throw new CourseError("bad-file", `${file}: is no list; it is a list of CSL-JSON entries`);
  const works = entries.map((entry, i) => checked(entry, `${file}: entry ${i + 1}`, file));
  const seen = new Map<string, string>();
  for (const { id, archive_location: paper } of works) {
    for (const name of [id, ...(paper ? [`arXiv:${paper}`] : [])]) {
      const first = seen.get(name);
      if (first !== undefined)
        throw new CourseError("bad-file", `${file}: ${name} stands twice, in ${first} and ${id}; keep one`);
      seen.set(name, id);
    }
  }
  return works;
}

function checked(entry: unknown, place: string, file: string): Work {
  const refuse = (message: string): never => {
    throw new CourseError("bad-file", message);
  };
  if (typeof entry !== "object" || entry === null) return refuse(`${place}: is ${shown(entry)}, no object`);
  const work = entry as Record<string, unknown>;
  const { id } = work;
  if (typeof id !== "string" || !/^[a-z][a-z0-9-]*$/.test(id)) {
    return refuse(`${place}: its id is ${shown(id)}; write author and year, as in "rafailov2023"`);
  }
  const where = `${file}: ${id}`;
  const extra = Object.keys(work).find((field) => !known.has(field));
  if (extra !== undefined) refuse(`${where}: unknown field "${extra}"; known are ${[...known].join(", ")}`);
  for (const field of ["type", "title"])
    if (!isText(work[field])) refuse(`${where}: "${field}" is ${shown(work[field])}, no text`);
  for (const field of texts) {
    if (work[field] !== undefined && !isText(work[field]))
      refuse(`${where}: "${field}" is ${shown(work[field])}, no text`);
  }
  if (!isAuthors(work.author)) refuse(`${where}: "author" is ${shown(work.author)}; list {family, given} or {literal}`);
  if (!isDate(work.issued)) refuse(`${where}: "issued" is ${shown(work.issued)}; write {"date-parts": [[2023]]}`);
  const paper = work.archive_location;
  if (
    (work.archive === undefined) !== (paper === undefined) ||
    (paper !== undefined && !/^\d{4}\.\d{4,5}$/.test(String(paper)))
  ) {
    refuse(
      `${where}: archive ${shown(work.archive)} with archive_location ${shown(paper)}; write "arXiv" and an id as 2305.18290`,
    );
  }
  return work as unknown as Work;
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

const isAuthors = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((author) => isText(author?.family) || isText(author?.literal));

const isDate = (value: unknown): boolean => {
  const year = (value as Work["issued"] | undefined)?.["date-parts"]?.[0]?.[0];
  return typeof year === "number" && Number.isInteger(year) && year > 1600 && year < 2100;
};
