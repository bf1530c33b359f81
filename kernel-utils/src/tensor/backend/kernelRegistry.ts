import * as tf from "@tensorflow/tfjs";

/** What a kernel function of this package is called with. */
export interface KernelArguments {
  inputs: Record<string, tf.TensorInfo>;
  backend: unknown;
  attrs?: tf.NamedAttrMap;
}

export type KernelFunction = (args: KernelArguments) => tf.TensorInfo | tf.TensorInfo[];

/** Puts a kernel in the place of the backend's own, if it has one. */
export function overrideKernel(kernelName: string, backendName: string, kernel: KernelFunction): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc: kernel as unknown as tf.KernelFunc });
}

/** Whether the backend in use has a kernel of this name. */
export const hasKernel = (kernelName: string): boolean => tf.getKernel(kernelName, tf.getBackend()) !== undefined;
