/** The check of the checks: every line is stated with each classic mistake, and its check must refuse it. */
import { CourseError } from "../errors";
import { type Mutant, mutations } from "./mutations";
import { parseStatement } from "./parse";
import type { Survey } from "./survey";
import { printStatement } from "./term";

/** A line as mutation sees it. */
export interface Mutable {
  id: string;
  expression: string;
  /** Mutants that are no mistakes, with the reason: the line's own `equivalent`. */
  equivalent: Readonly<Record<string, string>>;
  /** Mistakes that are not in the expression, each with its check. */
  slips: readonly (Mutant & { recheck(): Survey })[];
  recheck(expression: string): Survey;
}

export interface Survivor extends Mutant {
  /** The line it is a mutant of. */
  id: string;
}

/** How the mutants of one line fared. */
export interface LineMutants {
  id: string;
  killed: number;
  explained: number;
  survivors: number;
}

export interface MutationReport {
  lines: number;
  byLine: LineMutants[];
  /** Mutants that the checks refuse. */
  killed: number;
  /** Mutants that hold because they say the same, as the line itself explains. */
  explained: (Survivor & { reason: string })[];
  /** Mutants that hold, and nobody says why. */
  survivors: Survivor[];
  /** Explanations that explain nothing: of a mutant that is refused, or that is none. */
  idle: { id: string; expression: string; why: string }[];
}

export function mutateLines(lines: readonly Mutable[]): MutationReport {
  const report: MutationReport = { lines: lines.length, byLine: [], killed: 0, explained: [], survivors: [], idle: [] };
  for (const line of lines) {
    const [killed, explained, survivors] = [report.killed, report.explained.length, report.survivors.length];
    mutateLine(line, report);
    report.byLine.push({
      id: line.id,
      killed: report.killed - killed,
      explained: report.explained.length - explained,
      survivors: report.survivors.length - survivors,
    });
  }
  return report;
}

function mutateLine(line: Mutable, report: MutationReport): void {
  const { id } = line;
  const spelled = (text: string): string => normal(text, line.expression);
  const reasons = new Map(Object.entries(line.equivalent).map(([text, reason]) => [spelled(text), reason]));
  const trials = [
    ...mutations(line.expression).map((mutant) => ({ ...mutant, recheck: () => line.recheck(mutant.expression) })),
    ...line.slips,
  ];
  for (const { name, expression, recheck } of trials) {
    const reason = reasons.get(spelled(expression));
    const holds = survives(recheck);
    if (!holds) report.killed++;
    else if (reason === undefined) report.survivors.push({ id, name, expression });
    else report.explained.push({ id, name, expression, reason });
    if (holds || reason === undefined) reasons.delete(spelled(expression));
  }
  const mutants = new Set(trials.map(({ expression }) => spelled(expression)));
  for (const expression of reasons.keys()) {
    const why = mutants.has(expression)
      ? "is refused by the check, so it is no equivalent"
      : "is no mutant of this line";
    report.idle.push({ id, expression, why });
  }
}

/** A mutant in its one spelling: with the line's left side, which may be left out; what does not parse is as it is. */
function normal(text: string, line: string): string {
  try {
    const { left, relation } = parseStatement(line, "line");
    const statement = parseStatement(text, "equivalent");
    return printStatement(statement.left || !left ? statement : { ...statement, left, relation });
  } catch {
    return text.trim();
  }
}

/** Whether a mutated line still passes; one that no longer makes sense does not. */
function survives(recheck: () => Survey): boolean {
  try {
    return recheck().holds;
  } catch (thrown) {
    if (thrown instanceof CourseError) return false;
    throw thrown;
  }
}
