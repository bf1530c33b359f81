/** Guides: the project's own documents as pages, and how to run a chapter in Jupyter. */
import path from "node:path";
import type { Chapter } from "./chapter";
import { outsideCode } from "./prose";
import type { ExtraPage } from "./site";

export const titleOf = (markdown: string, fallback: string): string =>
  /^#[ \t]+(.+?)[ \t]*$/m.exec(markdown)?.[1] ?? fallback;

const link = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/**
 * A document of the repository as a page. Links to notebooks and to other such documents lead to their pages; a link to
 * anything else in the repository, which the site does not carry, becomes the file's name.
 * @param file its place in the repository: `docs/backends.md` @param pages places of the documents that are pages
 */
export function guide(file: string, markdown: string, pages: ReadonlySet<string>): ExtraPage {
  const page = outsideCode(markdown, (part) =>
    part.replace(link, (whole, image: string, text: string, target: string) => {
      if (image !== "" || /^([a-z]+:|#|\/)/i.test(target)) return whole;
      const [place, anchor = ""] = target.split(/(?=#)/);
      const found = path.posix.normalize(path.posix.join(path.posix.dirname(file), place));
      if (pages.has(found)) return `[${text}](/${found}${anchor})`;
      const notebook = /^notebooks\/([\w-]+)\.ipynb$/.exec(found)?.[1];
      if (notebook !== undefined) return `[${text}](/chapters/${notebook}.md${anchor})`;
      return text.replace(/`/g, "") === path.posix.basename(found) ? `\`${found}\`` : `${text} (\`${found}\`)`;
    }),
  );
  return { path: file, title: titleOf(markdown, path.posix.basename(file, ".md")), markdown: page };
}

const opening = `# Run the course in Jupyter

Pages are for reading; the notebooks are for working: change a number, fill in an exercise, train the model again. All it takes
is Node 20.19 or newer and, for JupyterLab, Python 3.9 or newer.

\`\`\`sh
npm install
npm run lab
\`\`\`

sets up JupyterLab in the project's own folder on first use, registers the TypeScript kernel and opens the course. In VS Code,
install the Jupyter extension, open a notebook and pick the kernel *TypeScript (alignment)*. An exercise is a stub to fill in,
a check that says at once what it thinks of your answer, and a folded solution; a stub left untouched stops nothing.

## One chapter
`;

/** The page that every "Run this in Jupyter" leads to, with a place for each chapter. */
export const jupyterPage = (chapters: readonly Pick<Chapter, "name" | "title">[]): ExtraPage => ({
  path: "jupyter.md",
  title: "Run in Jupyter",
  markdown: [
    opening,
    ...chapters.map(({ name, title }) =>
      [
        `<h3 id="${name}" tabindex="-1">${title} <a class="header-anchor" href="#${name}" aria-label="Permalink to ${name}">&#8203;</a></h3>`,
        "",
        `The file is \`notebooks/${name}.ipynb\`; <a href="chapters/${name}.ipynb" download>download it</a>, or open it with`,
        "",
        "```sh",
        `npm run lab -- --notebook ${name}`,
        "```",
        "",
      ].join("\n"),
    ),
  ].join("\n"),
});
