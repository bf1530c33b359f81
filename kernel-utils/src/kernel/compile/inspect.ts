/** What is known of the name at a place of a cell: its type and its documentation, plain and as Markdown. */
import ts from "typescript";
import { unitsOf } from "./codePoints";
import type { NotebookCompiler } from "./notebookCompiler";

export interface Inspection {
  found: boolean;
  data: Record<string, string>;
}

/** @param detail 1 adds where it is declared */
export function inspect(compiler: NotebookCompiler, code: string, cursor: number, detail = 0): Inspection {
  const offset = unitsOf(code, cursor);
  return compiler.draft(code, (service, file, region) => {
    const places = [offset, offset - 1, callBefore(code, offset)].filter((place) => place >= 0);
    for (const place of places) {
      const info = service.getQuickInfoAtPosition(file, region + place);
      if (info === undefined) continue;
      const [source] = detail > 0 ? (service.getDefinitionAtPosition(file, region + place) ?? []) : [];
      return {
        found: true,
        data: describe(info, source && !source.fileName.includes("/.align-") ? source.fileName : undefined),
      };
    }
    return { found: false, data: {} };
  });
}

/** Inside the brackets of a call, as tooltips ask: the end of the name of what is called. */
function callBefore(code: string, offset: number): number {
  let depth = 0;
  for (let i = offset - 1; i >= 0; i--) {
    if (code[i] === ")") depth++;
    if (code[i] === "(" && depth-- === 0) return i - 1;
  }
  return -1;
}

function describe(info: ts.QuickInfo, file: string | undefined): Record<string, string> {
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) /, "")
    .replace(/\nimport [^\n]+$/, "");
  const documentation = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) }));
  const plainTags = tags.map(({ name, text }) => `@${name} ${text}`.trim()).join("\n");
  const markdownTags = tags.map(({ name, text }) => `*@${name}* ${text}`.trim()).join("  \n");
  const where = file === undefined ? "" : `declared in ${file}`;
  const join = (...parts: string[]): string => parts.filter((part) => part !== "").join("\n\n");
  return {
    "text/plain": join(signature, documentation, plainTags, where),
    "text/markdown": join(`\`\`\`typescript\n${signature}\n\`\`\``, documentation, markdownTags, where),
  };
}
