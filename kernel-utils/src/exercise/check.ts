import { Random } from "../tensor/random";
import { type Attempt, attempt, type LearnerFunction } from "./attempt";
import { problemWith, recognise } from "./judge";
import { hintsShown, recordTry } from "./progressStore";
import { exerciseSpec } from "./registry";
import type { CaseResult, CheckResult } from "./result";
import { showCheck } from "./show";
import type { ExerciseCase, ExerciseSpec } from "./spec";

export type CheckListener = (result: CheckResult) => void;

let listener: CheckListener | undefined;
const failures = new Map<string, number>();

/** Hears of every check: a test lane turns failures red with it. @returns the listener that was set before */
export function setCheckListener(heard: CheckListener | undefined): CheckListener | undefined {
  const before = listener;
  listener = heard;
  return before;
}

/**
 * Tries the learner's function on random and extreme cases and shows what came of it: a table, the mistake if it is a
 * known one, and the next hint. Never throws for a wrong answer, so the notebook goes on.
 */
export function check(id: string, fn: LearnerFunction): CheckResult {
  const spec = exerciseSpec(id);
  const result = withNextHint(spec, judged(spec, fn));
  recordTry(result);
  showCheck(result, spec);
  listener?.(result);
  return result;
}

/** As `check`, without showing or telling anyone, and without counting the failure. */
export function judged(spec: ExerciseSpec, fn: LearnerFunction): CheckResult {
  const cases = spec.cases(new Random(`exercise ${spec.id}`));
  const outcomes = cases.map((drawn) => attempt(fn, drawn, spec.inputs));
  const results = cases.map((drawn, i) => caseResult(drawn, outcomes[i], spec));
  const untouched = outcomes.flatMap((outcome) => (outcome.kind === "not-attempted" ? [outcome.hint] : []));
  if (untouched.length > 0) return notAttempted(spec, untouched[0], results);
  const problem = results.find((result) => result.problem)?.problem;
  if (problem === undefined) {
    return { id: spec.id, status: "passed", message: `all ${cases.length} cases pass`, cases: results };
  }
  const { mistake, reduction = "" } = recognise(outcomes, cases, spec) ?? {};
  const shape = /^you returned shape/.test(problem) || (!mistake && !reduction) ? problem : "";
  const message = [shape, reduction, mistake?.message].filter(Boolean).join("; ");
  return { id: spec.id, status: "failed", message, mistake: mistake?.name, cases: results };
}

function caseResult({ name, property, inputs }: ExerciseCase, outcome: Attempt, spec: ExerciseSpec): CaseResult {
  const wanted = spec.reference(...inputs);
  const got = outcome.kind === "answer" ? outcome.value : undefined;
  return { name, property, inputs, got, wanted, problem: problemWith(outcome, wanted, spec) };
}

const notAttempted = ({ id, hints }: ExerciseSpec, hint: string, cases: CaseResult[]): CheckResult => {
  return { id, status: "not-attempted", message: "not attempted yet", hint: hint || hints[0], cases };
};

/**
 * The next hint: one further each time the same exercise fails, from the first again after a pass. A kernel that has been
 * restarted goes on where the learner's progress says the last one was.
 */
function withNextHint({ id, hints }: ExerciseSpec, result: CheckResult): CheckResult {
  if (result.status === "passed") failures.set(id, 0);
  if (result.status !== "failed") return result;
  const count = failures.get(id) ?? hintsShown(id);
  failures.set(id, count + 1);
  const hintNumber = Math.min(count, hints.length - 1) + 1;
  return { ...result, hint: hints[hintNumber - 1], hintNumber };
}
