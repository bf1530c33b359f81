import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { describeEngine, type EngineOptions, engineIdentity, resolveEngine } from "../wasm/engine";
import { installWasm } from "../wasm/install";
import type { BackendName } from "./report";
import { repairCpuBackend } from "./segmentSum";
import { startTensorflow } from "./tensorflow";
import { startWebgpu } from "./webgpu";

/** A backend that runs. */
export interface Started {
  /** What it is, in a few words. */
  description: string;
  /** All that decides the bits of its results, in a word or two; the backend's name where nothing else does. */
  identity?: string;
  /** What could be better, and how. */
  notes?: string[];
}

/**
 * Makes a backend the current one.
 *
 * @param asked whether the user named it: then a slow one is taken too
 * @throws Unavailable with reason and remedy
 */
type Start = (asked: boolean, options: EngineOptions) => Promise<Started>;

// Silences TF.js' advice to install tfjs-node: useBackend's report says what there is and how to get it.
tf.enableProdMode();

async function startWasm(_asked: boolean, options: EngineOptions): Promise<Started> {
  const engine = await resolveEngine(options);
  await installWasm(engine);
  return { description: describeEngine(engine), identity: engineIdentity(engine), notes: engine.notes };
}

async function startCpu(): Promise<Started> {
  repairCpuBackend();
  if (!(await tf.setBackend("cpu"))) throw new CourseError("backend", "it did not start");
  return { description: "plain JavaScript, for tiny examples only" };
}

export const starters: Record<BackendName, Start> = {
  tensorflow: async (asked) => ({ description: await startTensorflow(asked) }),
  webgpu: async (asked) => ({ description: await startWebgpu(asked) }),
  wasm: startWasm,
  cpu: startCpu,
};
