import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { installWasm } from "../wasm/install";
import type { BackendName } from "./report";
import { repairCpuBackend } from "./segmentSum";
import { startTensorflow } from "./tensorflow";
import { startWebgpu } from "./webgpu";

/**
 * Makes a backend the current one.
 *
 * @param asked whether the user named it: then a slow one is taken too
 * @returns what it is, in a few words
 * @throws Unavailable with reason and remedy
 */
type Start = (asked: boolean) => Promise<string>;

// Silences TF.js' advice to install tfjs-node: useBackend's report says what there is and how to get it.
tf.enableProdMode();

async function startWasm(): Promise<string> {
  await installWasm();
  return "WebAssembly with this course's SIMD kernels, one processor core";
}

async function startCpu(): Promise<string> {
  repairCpuBackend();
  if (!(await tf.setBackend("cpu"))) throw new CourseError("backend", "it did not start");
  return "plain JavaScript, for tiny examples only";
}

export const starters: Record<BackendName, Start> = {
  tensorflow: startTensorflow,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};
