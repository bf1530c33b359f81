import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import { candidates } from "./candidates";
import { type BackendName, BackendReport, backendNames, type PassedOver } from "./report";
import { selfCheck } from "./selfCheck";

let current: BackendReport | undefined;

/** Tries one backend: loads it, makes it the current one and checks its arithmetic. */
async function start(name: BackendName): Promise<{ description: string } | { passedOver: PassedOver }> {
  const { prepare, remedy } = candidates[name];
  try {
    const description = await prepare();
    if (!(await tf.setBackend(name))) throw new CourseError("backend", "it did not start");
    await selfCheck();
    return { description };
  } catch (thrown) {
    return { passedOver: { name, reason: messageOf(thrown), remedy } };
  }
}

/**
 * Chooses the tensor backend: the best that works ("auto"), or exactly the one named. Calling it again with the same
 * choice changes nothing and gives the same report.
 *
 * @throws CourseError "backend" where a backend asked for by name cannot be had
 */
export async function useBackend(choice: BackendName | "auto" = "auto"): Promise<BackendReport> {
  if (choice !== "auto" && !backendNames.includes(choice)) {
    const known = ["auto", ...backendNames].join(", ");
    throw new CourseError("backend", `useBackend: "${choice}" is no backend; use one of ${known}`);
  }
  if (current && tf.getBackend() === current.chosen && (choice === "auto" || choice === current.chosen)) return current;
  const passedOver: PassedOver[] = [];
  for (const name of choice === "auto" ? backendNames : [choice]) {
    const outcome = await start(name);
    if ("description" in outcome) {
      current = new BackendReport(name, outcome.description, passedOver);
      return current;
    }
    passedOver.push(outcome.passedOver);
  }
  const [{ name, reason, remedy }] = passedOver;
  throw new CourseError("backend", `useBackend("${choice}"): ${name} is not available: ${reason}; ${remedy}`);
}

/** The report of the backend in use. */
export function backendReport(): BackendReport {
  if (current) return current;
  throw new CourseError("backend", "backendReport: no backend chosen yet; call await useBackend() first");
}
