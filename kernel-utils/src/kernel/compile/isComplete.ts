/** Whether a front end should run what was typed or offer another line. */
import ts from "typescript";

export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

export function isComplete(code: string): Completeness {
  if (/\n[ \t]*\n[ \t]*$/.test(code)) return { status: "complete" }; // two empty lines: the learner insists
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const { parseDiagnostics } = file as ts.SourceFile & { parseDiagnostics: readonly ts.Diagnostic[] };
  if (parseDiagnostics.length === 0) return { status: "complete" };
  const end = code.trimEnd().length;
  const breaksOff = ({ code: number, start = 0, length = 0 }: ts.Diagnostic): boolean =>
    start >= end || ((number === 1010 || number === 1160) && start + length >= end);
  const isOpen =
    parseDiagnostics.every(breaksOff) &&
    !parseDiagnostics.some(({ code: number }) => number === 1002 || number === 1161);
  return isOpen ? { status: "incomplete", indent: "  ".repeat(openBrackets(code)) } : { status: "invalid" };
}

/** Brackets that are open at the end. */
function openBrackets(code: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, code);
  let depth = 0;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if ([ts.SyntaxKind.OpenBraceToken, ts.SyntaxKind.OpenParenToken, ts.SyntaxKind.OpenBracketToken].includes(kind))
      depth++;
    if ([ts.SyntaxKind.CloseBraceToken, ts.SyntaxKind.CloseParenToken, ts.SyntaxKind.CloseBracketToken].includes(kind))
      depth--;
  }
  return Math.max(0, depth);
}
