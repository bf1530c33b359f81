/**
 * Backends that a page of the course does not take, in the place of tensor/backend/webgpu.ts and tensorflow.ts, which
 * load packages of Node. A page computes with WebAssembly, which gives the same bits as the notebook under Node.
 */
import { Unavailable } from "../../../kernel-utils/src/tensor/backend/unavailable";

export async function startWebgpu(): Promise<string> {
  throw new Unavailable("a live page computes with WebAssembly, for the same bits as under Node", "docs/backends.md");
}

export async function startTensorflow(): Promise<string> {
  throw new Unavailable("it is a library of the operating system, which a page cannot load", "docs/backends.md");
}
