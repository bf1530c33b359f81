import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { installWasm } from "../wasm/install";
import type { BackendName } from "./report";
import { repairCpuBackend } from "./segmentSum";

/** How to get a backend ready for tf.setBackend, and what to tell whoever has not got it. */
export interface Candidate {
  /** Loads and repairs the backend. @returns what it is, in a few words */
  prepare(): Promise<string>;
  remedy: string;
}

tf.enableProdMode(); // silences the advice to install tfjs-node

export const candidates: Record<BackendName, Candidate> = {
  tensorflow: {
    prepare: async () => {
      throw new CourseError("backend", "@tensorflow/tfjs-node is not installed");
    },
    remedy: "npm install @tensorflow/tfjs-node@4.22.0",
  },
  webgpu: {
    prepare: async () => {
      throw new CourseError("backend", "the webgpu package is not installed");
    },
    remedy: "npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0",
  },
  wasm: {
    prepare: async () => {
      await installWasm();
      return "WebAssembly with SIMD on one processor core";
    },
    remedy: "npm run build",
  },
  cpu: {
    prepare: async () => {
      repairCpuBackend();
      return "plain JavaScript, for tiny examples only";
    },
    remedy: "npm install",
  },
};
