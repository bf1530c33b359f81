/** Entries as a reader sees them. */
import { plain } from "../page";
import { type Author, type Work, yearOf } from "./entry";

const isOthers = ({ literal }: Author): boolean => literal === "others";
const nameOf = ({ family, given, literal }: Author): string =>
  literal ?? (given ? `${given} ${family}` : (family ?? ""));

/** "Rafael Rafailov, Archit Sharma and Eric Mitchell", or with "et al." at the end. */
export function authorsOf({ author }: Work): string {
  const names = author.filter((one) => !isOthers(one)).map(nameOf);
  if (author.some(isOthers)) return `${names.join(", ")} et al.`;
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** "Rafailov et al. 2023": how prose names it. */
export function shortName(work: Work): string {
  const [first, second] = work.author.map(({ family, literal }) => family ?? literal ?? "");
  const who = work.author.length > 2 ? `${first} et al.` : second ? `${first} and ${second}` : first;
  return `${who} ${yearOf(work)}`;
}

/** Where it can be read: arXiv, the DOI, else an address. */
export function linkOf({ archive_location: paper, DOI, URL }: Work): string | undefined {
  if (paper) return `https://arxiv.org/abs/${paper}`;
  return DOI ? `https://doi.org/${DOI}` : URL;
}

/** The whole entry as Markdown. */
export function formatted(work: Work): string {
  const { title, publisher, volume, page, archive_location: paper, DOI } = work;
  const container = work["container-title"];
  const link = linkOf(work);
  const named = link ? `[*${plain(title)}*](${link})` : `*${plain(title)}*`;
  const within =
    container &&
    [`*${plain(container)}*`, volume && ` ${plain(volume)}`, page && `, ${plain(page)}`].filter(Boolean).join("");
  const printed = [within, publisher && plain(publisher), paper && `arXiv:${paper}`, DOI && `doi:${plain(DOI)}`].filter(
    Boolean,
  );
  const end = printed.length > 0 ? ` ${printed.join(". ")}.` : "";
  return `${plain(authorsOf(work))} (${yearOf(work)}). ${named}.${end}`;
}
