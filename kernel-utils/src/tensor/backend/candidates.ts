import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { CourseError } from "../../errors";
import { type KernelArguments, overrideKernel } from "./kernelRegistry";
import type { BackendName } from "./report";
import { addRows, repairCpuBackend } from "./segmentSum";

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
      overrideKernel("UnsortedSegmentSum", "wasm", wasmSegmentSum);
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

interface WasmBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array;
}

function wasmSegmentSum({ inputs, backend, attrs }: KernelArguments): tf.TensorInfo {
  const { x, segmentIds } = inputs;
  const wasm = backend as WasmBackend;
  const shape = [attrs?.numSegments as number, ...x.shape.slice(segmentIds.shape.length)];
  const out = wasm.makeOutput(shape, "float32");
  const ids = wasm.typedArrayFromHeap(segmentIds) as Int32Array;
  const sums = (wasm.typedArrayFromHeap(out) as Float32Array).fill(0);
  addRows(
    sums,
    wasm.typedArrayFromHeap(x) as Float32Array,
    ids,
    tf.util.sizeFromShape(x.shape) / Math.max(ids.length, 1),
  );
  return out;
}
