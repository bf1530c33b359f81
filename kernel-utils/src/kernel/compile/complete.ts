/** Completions at a place of a cell, as `complete_reply` wants them. */
import ts from "typescript";
import { charactersOf, unitsOf } from "./codePoints";
import type { NotebookCompiler } from "./notebookCompiler";

export interface Completions {
  matches: string[];
  /** In characters. */
  cursor_start: number;
  cursor_end: number;
  metadata: Record<string, unknown>;
}

/** Of thousands of names nobody reads more. */
const mostMatches = 500;

export function complete(compiler: NotebookCompiler, code: string, cursor: number): Completions {
  const offset = unitsOf(code, cursor);
  const start = startOfWord(code, offset);
  const end = offset + (/^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0].length ?? 0);
  const typed = code.slice(start, offset);
  const own = new Set(compiler.names());
  const entries = compiler.draft(code, (service, file, region) => {
    const found = service.getCompletionsAtPosition(file, region + offset, { includeCompletionsWithInsertText: false });
    return (found?.entries ?? []).filter(({ name }) => !name.startsWith("$end") && !name.startsWith("$declared_"));
  });
  const candidates = entries
    .map((entry) => ({ ...entry, rank: rankOf(entry.name, typed) }))
    .filter(({ rank, kind }) => rank < 3 && kind !== ts.ScriptElementKind.warning);
  const best = candidates.reduce((least, { rank }) => Math.min(least, rank), 3);
  const isOwn = (name: string): number => (own.has(name) ? 0 : 1);
  const ranked = candidates
    .filter(({ rank }) => rank === best)
    .sort((a, b) => isOwn(a.name) - isOwn(b.name) || order(a.sortText, b.sortText) || order(a.name, b.name))
    .slice(0, mostMatches);
  const [cursor_start, cursor_end] = [charactersOf(code, start), charactersOf(code, end)];
  const types = ranked.map(({ name, kind }) => ({
    text: name,
    type: compiler.shownKind(name) ?? kind,
    start: cursor_start,
    end: cursor_end,
  }));
  return {
    matches: ranked.map(({ name }) => name),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: types },
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** 0: begins with what is typed, 1: in other case, 2: contains it, 3: does not. Only the best rank is offered. */
function rankOf(name: string, typed: string): number {
  if (name.startsWith(typed)) return 0;
  const [lower, part] = [name.toLowerCase(), typed.toLowerCase()];
  if (lower.startsWith(part)) return 1;
  return lower.includes(part) ? 2 : 3;
}

/** Where the name begins that the cursor is in or behind. */
function startOfWord(code: string, offset: number): number {
  const before = /[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u.exec(code.slice(0, offset));
  return before ? offset - before[0].length : offset;
}
