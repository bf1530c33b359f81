import * as tf from "@tensorflow/tfjs";
import { messageOf } from "../../errors";
import { installedFile, Unavailable } from "./unavailable";

const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** What tfjs-node's backend says of itself. */
interface TensorflowBackend {
  isGPUPackage: boolean;
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

/** tfjs-node 4.22.0 calls util.isNullOrUndefined, which Node 23 removed (tfjs issue 8609). */
function repairUtil(): void {
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/** Loads one package and starts its backend; a GPU package that lists no GPU only where the user asked. */
async function startPackage(file: string, asked: boolean): Promise<string> {
  require(file);
  if (!(await tf.setBackend("tensorflow"))) throw new Error("it loaded but did not start");
  const { isGPUPackage, isUsingGpuDevice, binding } = tf.backend() as unknown as TensorflowBackend;
  if (isGPUPackage && !isUsingGpuDevice && !asked) {
    tf.removeBackend("tensorflow"); // so that tfjs-node can take its place
    throw new Error(`tfjs-node-gpu lists no GPU: TensorFlow ${binding.TF_Version} did not find its CUDA and cuDNN`);
  }
  return `TensorFlow ${binding.TF_Version} C library on the ${isUsingGpuDevice ? "GPU" : "processor"}`;
}

/** The TensorFlow C library through tfjs-node, where the user has installed it; the GPU build is tried first. */
export async function startTensorflow(asked: boolean): Promise<string> {
  const found = packages.flatMap((name) => installedFile(name) ?? []);
  if (found.length === 0) {
    const gpu = "or @tensorflow/tfjs-node-gpu@4.22.0 with an NVIDIA card, CUDA 11.2 and cuDNN 8.1";
    throw new Unavailable("tfjs-node is not installed", `npm install @tensorflow/tfjs-node@4.22.0, ${gpu}`);
  }
  repairUtil();
  const failures: string[] = [];
  for (const file of found) {
    try {
      return await startPackage(file, asked);
    } catch (thrown) {
      failures.push(messageOf(thrown).split("\n")[0].slice(0, 160));
    }
  }
  const remedy = "npm rebuild @tensorflow/tfjs-node --build-from-source, or see docs/backends.md";
  throw new Unavailable(`tfjs-node cannot be used (${failures.join("; ")})`, remedy);
}
