import { createRequire } from "node:module";
import path from "node:path";
import {
  type ChapterLines,
  notation,
  referenceGroups,
  referenceSources,
  totalsOf,
} from "../../../kernel-utils/src/book/reference";
import { localSymbols } from "../../../kernel-utils/src/book/reference/notation";
import { equationAnchor } from "../../../kernel-utils/src/book/reference/page";
import { readNotebook } from "../../../kernel-utils/src/notebook/source/format";
import { oracleNames } from "../../../kernel-utils/src/objectives";
import { aboutObjective } from "../../../kernel-utils/src/objectives/oracle/about";
import { courseLines, notebookFiles, root } from "./course";

/** The site's own KaTeX, which the workspace book/ brings. */
const katex = createRequire(path.join(root, "book", "package.json"))("katex") as {
  renderToString(latex: string, options: { displayMode: boolean; throwOnError: boolean; strict: boolean }): string;
};

const chapters = notebookFiles.map((file) => {
  const { cells } = readNotebook(file);
  return { name: /([\w-]+)\.ipynb$/.exec(file)![1], title: /^# (.*)$/m.exec(cells[0].source)![1], cells };
});
const sourceOf = (name: string): string =>
  (chapters.find((chapter) => chapter.name === name)?.cells ?? []).map(({ source }) => source).join("\n");

/** Everything a page of the chapter numbers: tags in prose and lines of derivations. */
function equationsOf(name: string, lines: readonly ChapterLines[]): Set<string> {
  const tags = [...sourceOf(name).matchAll(/\\tag\*?\{\s*([a-z][\w.-]*)/g)].map(([, tag]) => tag);
  const own = lines.filter(({ chapter }) => chapter === name).flatMap(({ derivations }) => derivations);
  return new Set([...tags, ...own.flatMap((derivation) => derivation.lines.map(({ id }) => id))]);
}

let lines: ChapterLines[];
let pages: { path: string; title: string; markdown: string }[];
beforeAll(async () => {
  lines = await courseLines();
  pages = referenceGroups(referenceSources(root), chapters, lines).flatMap((group) => group.pages);
}, 240_000);

const page = (path: string): string => pages.find((one) => one.path === path)!.markdown;

describe("the reference pages", () => {
  it("are the four of the course and one an objective, with an overview", () => {
    expect(pages.map(({ path }) => path).sort()).toEqual(
      [
        ...["notation", "glossary", "lines", "bibliography", "objectives/index"],
        ...oracleNames.map((name) => `objectives/${name}`),
      ]
        .map((name) => `reference/${name}.md`)
        .sort(),
    );
  });

  it("link only to pages and equations that are there", () => {
    const known = new Set(pages.map(({ path }) => `/${path}`));
    const equations = new Map(chapters.map(({ name }) => [name, equationsOf(name, lines)]));
    const dead = pages.flatMap(({ path, markdown }) =>
      [...markdown.matchAll(/\]\((\/[^)#\s]+)(?:#([\w-]+))?/g)].flatMap(([, target, anchor]) => {
        const chapter = /^\/chapters\/(.+)\.md$/.exec(target)?.[1];
        if (chapter === undefined)
          return known.has(target) && (!anchor || hasAnchor(target, anchor)) ? [] : [`${path}: ${target}#${anchor}`];
        const tags = equations.get(chapter);
        if (tags && (!anchor || [...tags].some((tag) => equationAnchor(tag) === anchor))) return [];
        return [`${path}: ${target}#${anchor}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  it("link to anchors of their own that are there", () => {
    const dead = pages.flatMap(({ path, markdown }) =>
      [...markdown.matchAll(/\]\(#([\w.-]+)\)/g)].flatMap(([, anchor]) =>
        markdown.includes(`id="${anchor}"`) ? [] : [`${path}#${anchor}`],
      ),
    );
    expect(dead).toEqual([]);
  });

  it("leave nothing for Vue to take for an expression, and no formula open", () => {
    for (const { path, markdown } of pages) {
      const prose = markdown.replace(/```[\s\S]*?```|`[^`\n]*`|\$\$[\s\S]*?\$\$|\$[^$\n]*\$/g, "");
      expect(`${path}: ${/\{\{/.test(prose)}`).toBe(`${path}: false`);
      expect(`${path}: ${(markdown.match(/^\$\$$/gm) ?? []).length % 2}`).toBe(`${path}: 0`);
    }
  });

  it("hold formulas that KaTeX can set", () => {
    const broken = pages.flatMap(({ path, markdown }) => {
      const text = markdown.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
      const formulas = [...text.matchAll(/\$\$([\s\S]*?)\$\$|(?<![\\$])\$([^$\n]+?)\$/g)];
      return formulas.flatMap(([, display, inline]) => {
        try {
          katex.renderToString(display ?? inline, {
            displayMode: display !== undefined,
            throwOnError: true,
            strict: false,
          });
          return [];
        } catch (error) {
          return [`${path}: ${String(error)}`];
        }
      });
    });
    expect(broken).toEqual([]);
  });

  it("keep every table as wide as its head", () => {
    const ragged = pages.flatMap(({ path, markdown }) =>
      markdown.split(/\n{2,}/).flatMap((block) => {
        const rows = block.split("\n").filter((line) => line.startsWith("| "));
        const width = (row: string): number => row.replace(/`[^`]*`/g, "").split(/(?<!\\)\|/).length;
        return rows.filter((row) => width(row) !== width(rows[0])).map((row) => `${path}: ${row.slice(0, 60)}`);
      }),
    );
    expect(ragged).toEqual([]);
  });
});

const hasAnchor = (target: string, anchor: string): boolean =>
  pages.find(({ path }) => `/${path}` === target)!.markdown.includes(`id="${anchor}"`);

describe("the page of all lines", () => {
  it("has the lines that align check counts, each of which held on 64 draws or more", () => {
    const derived = chapters.flatMap(({ cells }) =>
      cells.flatMap(({ directive }) => (directive?.name === "derive" ? [directive.line] : [])),
    );
    const all = lines.flatMap(({ derivations }) => derivations.flatMap((derivation) => derivation.lines));
    expect(derived.filter((id) => !all.some((line) => line.id === id))).toEqual([]);
    expect(all.filter(({ draws }) => draws < 64)).toEqual([]);
    const { lines: count, draws } = totalsOf(lines);
    expect(count).toBe(all.length);
    expect(page("reference/lines.md")).toContain(`${count} lines, which held on ${draws} random draws`);
  });

  it("says for dpo.10 what the notebook says: formula, origin, move, source and kind of check", () => {
    const [, text] = /(<span id="line-06-dpo-dpo-10">[\s\S]*?)\n\n<span/.exec(page("reference/lines.md"))!;
    expect(text).toContain("(/chapters/06-dpo.md#eq-dpo-10)");
    expect(text).toContain("[dpo.9](#line-06-dpo-dpo-9)");
    expect(text).toContain("\\mathcal{L}_{\\mathrm{DPO}}(\\theta) = -\\mathbb{E}");
    expect(text).toContain("maximum likelihood, with π\\_θ for π\\*");
    expect(text).toContain("(/reference/bibliography.md#rafailov2023)");
    expect(text).toMatch(/✓ identity: both sides evaluated; 96 draws, largest residual/);
  });

  it("names the equation in prose a line follows from", () => {
    expect(page("reference/lines.md")).toContain("from [gibbs](/chapters/04-optimal-policy.md#eq-gibbs)");
  });
});

describe("the notation", () => {
  it("explains every symbol of the derivations, or shows where its chapter defines it", () => {
    const locals = lines.flatMap((chapter) =>
      localSymbols(chapter).map((symbol) => ({ chapter: chapter.chapter, ...symbol })),
    );
    const drawn = locals.filter(({ is }) => is === undefined);
    // A symbol that is drawn and not in the table has to be seen in a line, or named in the prose, of its chapter.
    const unseen = drawn.filter(({ chapter, derivation, latex, args }) => {
      const own = lines.find((one) => one.chapter === chapter)!.derivations.find(({ name }) => name === derivation)!;
      const shown = own.lines.map((line) => line.latex).join(" ");
      return (
        !shown.includes(latex) &&
        !sourceOf(chapter).includes(latex + args) &&
        !own.symbols.some(({ is }) => is?.includes(latex))
      );
    });
    expect(unseen.map(({ chapter, name }) => `${name} of ${chapter}`)).toEqual([]);
  });

  it("agrees with the kinds the derivations declare", () => {
    const wrong = lines.flatMap(({ chapter, derivations }) =>
      derivations.flatMap(({ symbols }) =>
        symbols.flatMap(({ name, kind, latex }) => {
          const entry = notation.find(
            ({ declared }) => declared?.name === name && declared.latex.includes(latex),
          )?.declared;
          return entry && !entry.kinds.includes(kind) ? [`${chapter}: ${name} is a ${kind}`] : [];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("declares nothing that no derivation has", () => {
    const all = lines.flatMap(({ derivations }) => derivations.flatMap(({ symbols }) => symbols));
    const idle = notation.flatMap(({ declared }) =>
      (declared?.kinds ?? [])
        .filter((kind) => !all.some((symbol) => symbol.name === declared!.name && symbol.kind === kind))
        .map((kind) => `${declared!.name}: ${kind}`),
    );
    expect(idle).toEqual([]);
  });
});

describe("the pages of objectives", () => {
  it.each(oracleNames)("has formulas, calculator, inputs, options and help: %s", (name) => {
    const text = page(`reference/objectives/${name}.md`);
    for (const part of ["## Definition", "## Calculator", "## Inputs", "## Options", "## On the command line"])
      expect(text).toContain(part);
    expect(text).toContain(`<ObjectiveCalculator name="${name}" />`);
    expect(text).toMatch(/✓ \d+ of these lines (is|are) evaluated against the oracle, each on 48 random requests/);
    expect(text).toContain(`npx align loss ${name}`);
  });

  it("takes units, reductions and libraries' habits from the header, and TRL's from the parity page", () => {
    const text = page("reference/objectives/kto.md");
    expect(text).toContain("loss \\[\\] is the mean over all examples");
    expect(text).toContain("moves the replies on by one prompt".replace("moves", "TRL moves"));
    expect(text).toContain("KTO without the KL: klPolicyLogps equal to klReferenceLogps");
    expect(text).toContain("(/reference/bibliography.md#ethayarajh2024)");
  });

  it("names the source of every variant, linked to the bibliography", () => {
    const [row] = /^\| `variant: nca` .*$/m.exec(page("reference/objectives/dpo.md"))!;
    expect(row).toContain("Chen et al. 2024, [arXiv:2402.05369](/reference/bibliography.md#chen2024)");
    expect(page("reference/objectives/dpo.md")).toMatch(/\| a `lengthPenalty`, λ \| .*#park2024/);
  });

  it("says what the oracle answers at the start", () => {
    expect(page("reference/objectives/dpo.md")).toContain(
      "| policy equals reference | `loss` | $\\ln 2$ | `0.6931471805599453` |",
    );
    expect(page("reference/objectives/kto.md")).toContain("| `loss` | $\\tfrac12$ | `0.5` |");
    expect(page("reference/objectives/ipo.md")).toContain("$\\frac{1}{4\\tau^2} = 25$ | `25` |");
  });

  it("sends readers to lines that are in those chapters", () => {
    const astray = oracleNames.flatMap((name) =>
      aboutObjective(name).derivedIn.flatMap(({ chapter, lines: tags }) =>
        tags.filter((tag) => !equationsOf(chapter, lines).has(tag)).map((tag) => `${name}: ${tag} in ${chapter}`),
      ),
    );
    expect(astray).toEqual([]);
  });
});
