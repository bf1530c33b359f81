/** What the header of an objective's file says, and what its tensor function takes and gives. */
export interface Header {
  /** Paragraphs; formulas, which stand indented in a header, are left out: the page has its own, which are checked. */
  prose: string[];
  /** `@param` and `@returns` of the function on tensors: shapes, units, reductions. */
  takes?: string;
  gives?: string;
}

const blocks = /\/\*\*([\s\S]*?)\*\//g;

/** @param source text of a file of objectives/ */
export function readHeader(source: string): Header {
  const comments = [...source.matchAll(blocks)].map(([, inner]) => linesOf(inner));
  const header = comments.find((lines) => lines.length >= 3) ?? [];
  const tagged = comments.filter((lines) => lines.some((line) => line.startsWith("@returns"))).at(-1) ?? [];
  return { prose: paragraphs(header), takes: tagOf(tagged, "@param inputs"), gives: tagOf(tagged, "@returns") };
}

const linesOf = (inner: string): string[] =>
  inner
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .filter((line, i, all) => line !== "" || (i > 0 && i < all.length - 1));

function paragraphs(lines: readonly string[]): string[] {
  const found: string[] = [];
  let open = false;
  for (const line of lines) {
    const isProse = line !== "" && !/^\s/.test(line) && !line.startsWith("@");
    if (isProse && open) found[found.length - 1] += ` ${line}`;
    else if (isProse) found.push(line);
    open = isProse;
  }
  return found.map(withoutLinks);
}

/** A tag's text, up to the next tag. */
function tagOf(lines: readonly string[], tag: string): string | undefined {
  const start = lines.findIndex((line) => line.startsWith(tag));
  if (start < 0) return undefined;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("@"));
  const all = [lines[start].slice(tag.length), ...(end < 0 ? rest : rest.slice(0, end))];
  return withoutLinks(
    all
      .map((line) => line.trim())
      .join(" ")
      .trim(),
  );
}

/** {@link name} is a name. */
const withoutLinks = (text: string): string => text.replace(/\{@link (\w+)\}/g, "`$1`");
