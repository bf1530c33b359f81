import * as tf from "@tensorflow/tfjs";
import { messageOf } from "../../errors";
import { installedFile, Unavailable } from "./unavailable";

const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** tfjs-node 4.22.0 calls util.isNullOrUndefined, which Node 23 removed (tfjs issue 8609). */
function repairUtil(): void {
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/** The TensorFlow C library through tfjs-node, where the user has installed it; the GPU build is tried first. */
export async function startTensorflow(): Promise<string> {
  const found = packages.flatMap((name) => installedFile(name) ?? []);
  if (found.length === 0) {
    const gpu = "or @tensorflow/tfjs-node-gpu@4.22.0 with an NVIDIA card and CUDA 11.2";
    throw new Unavailable("tfjs-node is not installed", `npm install @tensorflow/tfjs-node@4.22.0, ${gpu}`);
  }
  repairUtil();
  const failures: string[] = [];
  for (const file of found) {
    try {
      require(file);
      if (!(await tf.setBackend("tensorflow"))) throw new Error("it loaded but did not start");
      const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice?: boolean };
      return `TensorFlow C library on the ${isUsingGpuDevice ? "GPU" : "processor"}`;
    } catch (thrown) {
      failures.push(messageOf(thrown).slice(0, 160));
    }
  }
  throw new Unavailable(`tfjs-node does not load (${failures.join("; ")})`, "npm rebuild @tensorflow/tfjs-node");
}
