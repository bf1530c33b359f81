import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import { starters } from "./candidates";
import { type BackendName, BackendReport, backendNames, type PassedOver } from "./report";
import { selfCheck } from "./selfCheck";
import { Unavailable } from "./unavailable";

let current: BackendReport | undefined;

/** Starts one backend and checks its arithmetic. */
async function start(name: BackendName, asked: boolean): Promise<{ description: string } | { passedOver: PassedOver }> {
  try {
    const description = await starters[name](asked);
    await selfCheck();
    return { description };
  } catch (thrown) {
    const remedy = thrown instanceof Unavailable ? thrown.remedy : "see the reason";
    return { passedOver: { name, reason: messageOf(thrown), remedy } };
  }
}

/**
 * Chooses the tensor backend: the best that works ("auto"), or exactly the one named. Calling it again with the same
 * choice changes nothing and gives the same report.
 *
 * @throws CourseError "backend" where a backend asked for by name cannot be had; the one in use before stays
 */
export async function useBackend(choice: BackendName | "auto" = "auto"): Promise<BackendReport> {
  if (choice !== "auto" && !backendNames.includes(choice)) {
    const known = ["auto", ...backendNames].join(", ");
    throw new CourseError("backend", `useBackend: "${choice}" is no backend; use one of ${known}`);
  }
  if (current && tf.getBackend() === current.chosen && (choice === "auto" || choice === current.chosen)) return current;
  const passedOver: PassedOver[] = [];
  for (const name of choice === "auto" ? backendNames : [choice]) {
    const outcome = await start(name, choice !== "auto");
    if ("description" in outcome) {
      current = new BackendReport(name, outcome.description, passedOver);
      return current;
    }
    passedOver.push(outcome.passedOver);
  }
  if (current) await tf.setBackend(current.chosen);
  const [{ name, reason, remedy }] = passedOver;
  throw new CourseError("backend", `useBackend("${choice}"): ${name} is not available: ${reason}; ${remedy}`);
}

/** Every backend's state, best first: `align doctor` shows this. Leaves the one in use as it was. */
export async function surveyBackends(): Promise<
  { name: BackendName; works: boolean; detail: string; remedy: string }[]
> {
  const before = current;
  const survey = [];
  for (const name of backendNames) {
    const outcome = await start(name, true);
    const works = "description" in outcome;
    const detail = works ? outcome.description : outcome.passedOver.reason;
    survey.push({ name, works, detail, remedy: works ? "" : outcome.passedOver.remedy });
  }
  if (before) await tf.setBackend(before.chosen);
  return survey;
}

/** The report of the backend in use. */
export function backendReport(): BackendReport {
  if (current) return current;
  throw new CourseError("backend", "backendReport: no backend chosen yet; call await useBackend() first");
}
