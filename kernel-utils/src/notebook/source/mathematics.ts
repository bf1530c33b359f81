/**
 * The mathematics of a notebook, counted: every display equation in prose says what vouches for it. `\tag{dpo.5}` means a
 * derive cell checks that line; `\tag{dpo.1, definition}` and `\tag{dpo.2, cited: rafailov2023}` need no check.
 */
import type { Cell, Notebook } from "./format";
import type { Problem } from "./problem";

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
  problems.push(...repeated(tags), ...unchecked(tags, derived), ...startless(notebook));
  const count = (kind: Tag["kind"]): number => tags.filter((tag) => tag.kind === kind).length;
  const checked = derived.size;
  return { problems, checked, total: lines.size, definitions: count("definition"), cited: count("cited") };
}

/** Every display equation of a cell: `$$…$$`, or an environment that makes one by itself. */
function tagsOf(cell: Cell, problems: Problem[]): Tag[] {
  const prose = withoutCode(cell.source);
  const display = /\$\$([\s\S]*?)\$\$|\\begin\{(equation|align|gather|multline)\*?\}[\s\S]*?\\end\{\2\*?\}/g;
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

/** Does a cell name the line, as a tag, a directive or a string? */
const states = (source: string, name: string): boolean =>
  new RegExp(`(?<![\\w.-])${name.replaceAll(".", "\\.")}(?![\\w-]|\\.\\w)`).test(source);
