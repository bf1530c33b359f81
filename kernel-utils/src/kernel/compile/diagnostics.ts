/** The compiler's objections, at the places of the cell's own source. */
import path from "node:path";
import ts from "typescript";
import type { DiagnosticItem } from "../cells/reports";
import type { Region } from "./shareNames";

const cannotAssignToImport = 2632;
const cannotAssignToConstant = 2588;

/** Objections to what stands around the cell are none of the learner's. */
export function cellItems(
  diagnostics: readonly ts.Diagnostic[],
  file: ts.SourceFile,
  region: Region,
  kindOf: (name: string) => string | undefined,
): DiagnosticItem[] {
  return diagnostics.flatMap((diagnostic): DiagnosticItem[] => {
    const { start = region.start, length = 0 } = diagnostic;
    if (start < region.start || start > region.end) return [];
    const item = { ...placeOf(file, Math.min(start, region.end)), length };
    const own = { ...item, line: item.line - ts.getLineAndCharacterOfPosition(file, region.start).line };
    if (diagnostic.code !== cannotAssignToImport) return [{ ...own, ...textOf(diagnostic) }];
    // Names of earlier cells are imports to the compiler alone.
    const name = file.text.slice(start, start + length);
    const kind = kindOf(name);
    if (kind === "let") return [];
    if (kind !== "const") return [{ ...own, ...textOf(diagnostic) }];
    return [{ ...own, code: cannotAssignToConstant, message: `Cannot assign to '${name}' because it is a constant.` }];
  });
}

/** Objections to a file that a cell imports. */
export const fileItems = (diagnostics: readonly ts.Diagnostic[], folder: string): DiagnosticItem[] =>
  diagnostics.flatMap((diagnostic) => {
    const { file, start = 0, length = 0 } = diagnostic;
    if (file === undefined) return [];
    return [{ ...placeOf(file, start), length, file: path.relative(folder, file.fileName), ...textOf(diagnostic) }];
  });

const textOf = ({ code, messageText }: ts.Diagnostic): { code: number; message: string } => ({
  code,
  message: ts.flattenDiagnosticMessageText(messageText, "\n"),
});

function placeOf(file: ts.SourceFile, start: number): { line: number; column: number } {
  const { line, character } = ts.getLineAndCharacterOfPosition(file, start);
  return { line: line + 1, column: character + 1 };
}
