import * as tf from "@tensorflow/tfjs";
import { CourseError, messageOf } from "../../errors";
import type { EngineOptions } from "../wasm/engine";
import { type Started, starters } from "./candidates";
import { type BackendName, BackendReport, backendNames, type PassedOver, whyNot } from "./report";
import { selfCheck } from "./selfCheck";
import { measureProducts } from "./speed";
import { Unavailable } from "./unavailable";

let current: BackendReport | undefined;

/** What `current` was asked for with. */
let currentRequest = "";

/** Starts one backend and checks its arithmetic. */
async function start(
  name: BackendName,
  asked: boolean,
  options: EngineOptions,
): Promise<Started | { passedOver: PassedOver }> {
  try {
    const started = await starters[name](asked, options);
    await selfCheck();
    return started;
  } catch (thrown) {
    const remedy = thrown instanceof Unavailable ? thrown.remedy : "";
    return { passedOver: { name, reason: messageOf(thrown), remedy } };
  }
}

/**
 * Chooses the tensor backend: the best that works ("auto"), or exactly the one named. Calling it again with the same
 * choice changes nothing and gives the same report.
 *
 * @param options threads and native library of the wasm backend
 * @throws CourseError "backend" where a backend asked for by name cannot be had; the one in use before stays
 */
export async function useBackend(
  choice: BackendName | "auto" = "auto",
  options: EngineOptions = {},
): Promise<BackendReport> {
  if (choice !== "auto" && !backendNames.includes(choice)) {
    const known = ["auto", ...backendNames].join(", ");
    throw new CourseError("backend", `useBackend: "${choice}" is no backend; use one of ${known}`);
  }
  const request = JSON.stringify([options.threads, options.blas, process.env.ALIGN_THREADS, process.env.ALIGN_BLAS]);
  const isCurrent = current && tf.getBackend() === current.chosen && (choice === "auto" || choice === current.chosen);
  if (current && isCurrent && request === currentRequest) return current;
  const passedOver: PassedOver[] = [];
  for (const name of choice === "auto" ? backendNames : [choice]) {
    const outcome = await start(name, choice !== "auto", options);
    if ("description" in outcome) {
      current = new BackendReport(name, outcome.description, passedOver, outcome.identity, outcome.notes);
      currentRequest = request;
      return current;
    }
    passedOver.push(outcome.passedOver);
  }
  if (current) await tf.setBackend(current.chosen);
  const [{ name, ...failure }] = passedOver;
  throw new CourseError("backend", `useBackend("${choice}"): ${name} is not available: ${whyNot(failure)}`);
}

/** A backend as `align doctor` shows it. */
export interface BackendState {
  name: BackendName;
  works: boolean;
  /** What it is, or why it cannot be had. */
  detail: string;
  remedy: string;
  notes: string[];
  /** Speeds in 10⁹ operations a second; absent where it does not work. */
  gigaflops?: Record<string, number>;
}

/**
 * Every backend's state, best first. Leaves the one in use as it was.
 *
 * @param measure called on each that works, for more speeds than that of products
 */
export async function surveyBackends(
  measure: () => Promise<Record<string, number>> = async () => ({}),
): Promise<BackendState[]> {
  const before = current;
  const survey: BackendState[] = [];
  for (const name of backendNames) {
    const outcome = await start(name, true, {});
    if ("description" in outcome) {
      const { description: detail, notes = [] } = outcome;
      survey.push({ name, works: true, detail, remedy: "", notes, gigaflops: await speeds(measure) });
    } else {
      const { reason: detail, remedy } = outcome.passedOver;
      survey.push({ name, works: false, detail, remedy, notes: [] });
    }
  }
  if (before) await tf.setBackend(before.chosen);
  return survey;
}

const speeds = async (measure: () => Promise<Record<string, number>>): Promise<Record<string, number>> => ({
  "512³": await measureProducts(),
  ...(await measure()),
});

/** The report of the backend in use. */
export function backendReport(): BackendReport {
  if (current) return current;
  throw new CourseError("backend", "backendReport: no backend chosen yet; call await useBackend() first");
}
