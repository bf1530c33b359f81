/** `align check --mutate`: the derivations of notebooks, each line with every classic mistake. */
import { alignColumns } from "../alignColumns";
import type { MutationReport } from "../derivation";
import { CourseError, messageOf } from "../errors";
import { derivationsOf } from "./derivations";

export interface MutatedNotebook extends MutationReport {
  path: string;
  /** One line each: why the derivations could not be had, what holds that should not, what explains nothing. */
  problems: string[];
  /** The file itself could not be read, or is not JSON. */
  unreadable: boolean;
}

/** Runs what the derivations of a notebook need, and mutates every line of them. */
export async function mutateNotebook(path: string): Promise<MutatedNotebook> {
  const none: MutationReport = { lines: 0, byLine: [], killed: 0, explained: [], survivors: [], idle: [] };
  try {
    const reports = (await derivationsOf(path)).map((begun) => begun.mutate());
    const report = reports.reduce(joined, none);
    return { path, ...report, problems: problemsOf(path, report), unreadable: false };
  } catch (error) {
    if (!(error instanceof CourseError)) throw error;
    const named = error.message.startsWith(path) ? error.message : `${path}: ${messageOf(error)}`;
    return { path, ...none, problems: [named], unreadable: error.code === "bad-file" };
  }
}

const joined = (a: MutationReport, b: MutationReport): MutationReport => ({
  lines: a.lines + b.lines,
  byLine: [...a.byLine, ...b.byLine],
  killed: a.killed + b.killed,
  explained: [...a.explained, ...b.explained],
  survivors: [...a.survivors, ...b.survivors],
  idle: [...a.idle, ...b.idle],
});

function problemsOf(path: string, { survivors, idle }: MutationReport): string[] {
  const way = `make the check see it, or say why it is no mistake: equivalent: { "…": "reason" }`;
  return [
    ...survivors.map(({ id, name, expression }) => `${path} ${id}: passes with ${name}, as ${expression}; ${way}`),
    ...idle.map(({ id, expression, why }) => `${path} ${id}: equivalent "${expression}" ${why}; take it out`),
  ];
}

/** The table, the explained mutants with their reasons, and the rate. */
export function mutationTable(notebooks: readonly MutatedNotebook[]): string {
  const counts = notebooks.map(countsOf);
  const total = ["all", ...[0, 1, 2, 3, 4].map((i) => counts.reduce((sum, row) => sum + row[i], 0))];
  const rows = [
    ["notebook", "lines", "mutants", "killed", "explained", "survivors"],
    ...notebooks.map(({ path }, i) => [path, ...counts[i]]),
    total,
  ].map((row) => row.map(String));
  const lines = alignColumns(rows, 1);
  const reasons = notebooks.flatMap(({ path, explained }) =>
    explained.map(({ id, name, expression, reason }) => `${path} ${id}: ${name}, ${expression}: ${reason}`),
  );
  const [mutants, killed, explained] = total.slice(2).map(Number);
  const share = (part: number): string => (mutants === 0 ? "–" : `${((100 * part) / mutants).toFixed(1)} %`);
  const rate = `${share(killed)} of the mutants refused, ${share(killed + explained)} refused or explained`;
  return `${[...lines, ...(reasons.length > 0 ? ["", "explained:", ...reasons] : []), "", rate].join("\n")}\n`;
}

function countsOf({ lines, killed, explained, survivors }: MutatedNotebook): number[] {
  const mutants = killed + explained.length + survivors.length;
  return [lines, mutants, killed, explained.length, survivors.length];
}
