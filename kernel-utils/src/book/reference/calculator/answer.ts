import { aboutObjective, commandFor } from "../../../objectives/oracle/about";
import { answerJson } from "../../../objectives/oracle/answerJson";
import type { OracleAnswer } from "../../../objectives/oracle/entry";
import { oracle, oracleEntry } from "../../../objectives/oracle/oracle";
import { requestOf, type State } from "./state";

export interface Answered {
  /** What `align loss` prints; absent where it refuses. */
  answer?: OracleAnswer;
  /** The line it refuses with. */
  error?: string;
  /** The command line that asks the same. */
  command: string;
}

/** The oracle's answer, with gradients where there are any. Refusals are answers too: nothing is thrown. */
export function answerTo(name: string, state: State): Answered {
  const grad = oracleEntry(name).differentiable.some((field) => field in state.inputs) && givesLoss(name, state);
  let command = commandFor(name, aboutObjective(name).example, grad);
  try {
    const request = requestOf(state);
    command = commandFor(name, request, grad);
    const text = answerJson(oracle({ name, grad, inputs: request.inputs, options: request.options }));
    return { answer: JSON.parse(text), command };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown), command };
  }
}

/** Some objectives give advantages alone where the inputs of their loss are left out. */
const givesLoss = (name: string, { inputs }: State): boolean =>
  (oracleEntry(name).together ?? []).every(
    (group) =>
      group.some((field) => field in inputs) ||
      !oracleEntry(name).differentiable.some((field) => group.includes(field)),
  );
