/** The compile worker: TypeScript in a thread of its own. Cells are compiled at once; types are checked meanwhile. */
import type { CompileReport, CompileRequest } from "../protocol";
import { cellOf, notebookOf, told } from "./cells";
import { checkTypes } from "./checkTypes";
import { compileCell, syntaxProblems } from "./compileCell";
import { loadDeclarations } from "./declarations";

const report = (message: CompileReport): void => postMessage(message);

function compile({ ticket, cell: id, source }: Extract<CompileRequest, { kind: "compile" }>): void {
  const started = performance.now();
  const cell = cellOf({ id, kind: "code", source }, 0);
  const problems = syntaxProblems(cell);
  if (problems.length > 0) report({ kind: "problems", ticket, problems, milliseconds: performance.now() - started });
  else report({ kind: "compiled", ticket, code: compileCell(cell) });
}

async function check({ ticket, assets, notebook, cells }: Extract<CompileRequest, { kind: "check" }>): Promise<void> {
  await loadDeclarations(assets);
  const started = performance.now();
  const problems = checkTypes(notebookOf(notebook, cells)).map(told);
  report({ kind: "problems", ticket, problems, milliseconds: performance.now() - started });
}

const failed = (ticket: number, error: unknown): void =>
  report({ kind: "broken", ticket, message: error instanceof Error ? error.message : String(error) });

addEventListener("message", ({ data }: MessageEvent<CompileRequest>) => {
  try {
    if (data.kind === "compile") compile(data);
    else void check(data).catch((error: unknown) => failed(data.ticket, error));
  } catch (error) {
    failed(data.ticket, error);
  }
});
