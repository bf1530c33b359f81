/**
 * The mathematics of a notebook, counted: every display equation in prose says what vouches for it. `\tag{dpo.5}` means a
 * derive cell checks that line; `\tag{dpo.1, definition}` and `\tag{dpo.2, cited: rafailov2023}` need no check.
 */
import type { Cell, Notebook } from "./format";
import type { Problem } from "./problem";
import { statedLines } from "./statedLines";
import { parseModule } from "./syntax";

export interface MathematicsReport {
  problems: Problem[];
  /** Lines of derivations a derive cell checks, of all such lines. */
  checked: number;
  total: number;
  definitions: number;
  cited: number;
}

interface Tag {
  cell: Cell;
  offset: number;
  name: string;
  kind: "derived" | "definition" | "cited";
}

export function checkMathematics(notebook: Notebook): MathematicsReport {
  const problems: Problem[] = [];
  const tags = notebook.cells.flatMap((cell) => (cell.kind === "markdown" ? tagsOf(cell, problems) : []));
  const derived = new Set(
    notebook.cells.flatMap(({ directive }) => (directive?.name === "derive" ? [directive.line] : [])),
  );
  const lines = new Set([...derived, ...tags.filter(({ kind }) => kind === "derived").map(({ name }) => name)]);
  problems.push(...repeated(tags), ...unchecked(tags, derived), ...startless(notebook), ...misnamed(notebook));
  const count = (kind: Tag["kind"]): number => tags.filter((tag) => tag.kind === kind).length;
  const checked = derived.size;
  return { problems, checked, total: lines.size, definitions: count("definition"), cited: count("cited") };
}

/** `$$…$$`, `\[…\]` (in Jupyter also written `\\[…\\]`), or an environment that makes a display by itself. */
const display = new RegExp(
  [
    String.raw`\$\$[\s\S]*?\$\$`,
    String.raw`\\{1,2}\[[\s\S]*?\\{1,2}\]`,
    String.raw`\\begin\{(equation|align|alignat|flalign|gather|multline|eqnarray|displaymath)(\*?)\}[\s\S]*?\\end\{\1\2\}`,
  ].join("|"),
  "g",
);

/** Every display equation of a cell. */
function tagsOf(cell: Cell, problems: Problem[]): Tag[] {
  const prose = withoutCode(cell.source);
  return [...prose.matchAll(display)].flatMap((equation) => {
    const tags = [...equation[0].matchAll(/\\tag\*?\{([^}]*)\}/g)];
    if (tags.length === 0) {
      const way = String.raw`add \tag{name} and a derive cell, or \tag{name, definition}, or \tag{name, cited: key}`;
      problems.push({
        cell,
        offset: equation.index ?? 0,
        code: "equation",
        message: `this equation has no tag; ${way}`,
      });
    }
    return tags.flatMap((tag) => parseTag(cell, (equation.index ?? 0) + (tag.index ?? 0), tag[1], problems));
  });
}

/** Fenced and inline code blanked out, every offset kept. */
const withoutCode = (source: string): string =>
  source.replace(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replace(/[^\n]/g, " "));

function parseTag(cell: Cell, offset: number, text: string, problems: Problem[]): Tag[] {
  const found = /^\s*([a-z][\w-]*(?:\.[\w-]+)*)\s*(?:,\s*(definition|cited:\s*[\w:.-]+))?\s*$/.exec(text);
  if (found) {
    const kind = found[2] === undefined ? "derived" : found[2] === "definition" ? "definition" : "cited";
    return [{ cell, offset, name: found[1], kind }];
  }
  const way = String.raw`write \tag{dpo.5}, \tag{dpo.1, definition} or \tag{dpo.2, cited: rafailov2023}`;
  problems.push({ cell, offset, code: "equation", message: `cannot read the tag "${text}"; ${way}` });
  return [];
}

function repeated(tags: Tag[]): Problem[] {
  return tags.flatMap(({ cell, offset, name }, i) => {
    const first = tags.slice(0, i).find((tag) => tag.name === name);
    if (!first) return [];
    const message = `the tag ${name} is already on an equation of [${first.cell.id}]; number this one anew`;
    return [{ cell, offset, code: "equation", message }];
  });
}

function unchecked(tags: Tag[], derived: ReadonlySet<string>): Problem[] {
  return tags
    .filter(({ kind, name }) => kind === "derived" && !derived.has(name))
    .map(({ cell, offset, name }) => {
      const way = `add a cell that begins //| derive: ${name} from …, or mark the tag as a definition or cited`;
      return { cell, offset, code: "equation", message: `nothing checks the equation ${name}; ${way}` };
    });
}

/** Derive cells that start from a line nothing above them states. */
function startless({ cells }: Notebook): Problem[] {
  return cells.flatMap((cell, i): Problem[] => {
    if (cell.directive?.name !== "derive") return [];
    const { line, from } = cell.directive;
    if (cells.slice(0, i).some(({ source }) => states(source, from))) return [];
    const message = `derives ${line} from ${from}, which nothing above states; state it, or correct the name`;
    return [{ cell, offset: 0, code: "equation", message }];
  });
}

/** Derive cells that state another line than they announce, or let it follow from another one. */
function misnamed({ cells }: Notebook): Problem[] {
  const before: string[] = [];
  return cells.flatMap((cell): Problem[] => {
    if (cell.kind !== "code" || cell.directive?.name === "expect-error") return [];
    const stated = statedLines(parseModule(cell.source));
    const earlier = [...before];
    before.push(...stated.map(({ id }) => id));
    if (cell.directive?.name !== "derive") return [];
    const { line, from } = cell.directive;
    const problem = (offset: number, message: string): Problem[] => [{ cell, offset, code: "equation", message }];
    const place = stated.findIndex(({ id }) => id === line);
    if (place < 0) {
      const seen = stated.map(({ id }) => id).join(", ") || "no line";
      return problem(0, `announces ${line} and states ${seen}; give both the same name`);
    }
    const known = [...earlier, ...stated.slice(0, place).map(({ id }) => id)];
    const follows = stated[place].from === undefined ? lastOf(line, known) : stated[place].from;
    // A start (null), and a line whose predecessor is an equation in prose, follow from no line of the code.
    if (follows === null || follows === undefined || follows === from) return [];
    if (stated[place].from === undefined && !known.includes(from)) return [];
    return problem(
      stated[place].offset,
      `announces ${line} from ${from}, but it follows from ${follows}; correct one of them`,
    );
  });
}

/** The line stated last of the same derivation: the one a line follows from if it does not say. */
const lastOf = (line: string, known: readonly string[]): string | undefined => {
  const name = line.slice(0, line.lastIndexOf("."));
  return known.filter((other) => other !== line && other.slice(0, other.lastIndexOf(".")) === name).at(-1);
};

/** Does a cell name the line, as a tag, a directive or a string? */
const states = (source: string, name: string): boolean =>
  new RegExp(`(?<![\\w.-])${name.replaceAll(".", "\\.")}(?![\\w-]|\\.\\w)`).test(source);
