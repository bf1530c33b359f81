/** What a notebook imports: read while its learner still reads, so that the first cell does not have to wait for it. */
import { readFileSync } from "node:fs";

/** @returns import statements of the notebook, one a module, for their effect on the compiler alone */
export function importsOf(notebook: string): string {
  const sources = codeOf(notebook).join("\n");
  const found = sources.matchAll(/^\s*import\b[^"';]*?["']([^"'\n]+)["']/gm);
  const modules = new Set([...found].map(([, module]) => module));
  return [...modules].map((module, i) => `import * as module${i} from ${JSON.stringify(module)};`).join("\n");
}

/** Jupyter's server names the notebook a kernel is started for. */
export function notebookOfSession(env: NodeJS.ProcessEnv = process.env): string {
  try {
    return env.JPY_SESSION_NAME?.endsWith(".ipynb") ? readFileSync(env.JPY_SESSION_NAME, "utf8") : "";
  } catch {
    return ""; // a notebook that is not saved yet
  }
}

function codeOf(notebook: string): string[] {
  try {
    const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string | string[] }[] };
    return cells.flatMap(({ cell_type, source }) => (cell_type === "code" ? [[source].flat().join("")] : []));
  } catch {
    return [];
  }
}
