import * as tf from "@tensorflow/tfjs";
import { installedFile, Unavailable } from "./unavailable";
import { readAtOnce, theOnly, type WebgpuBackend, watchEvents } from "./webgpuRead";

interface Adapter {
  info?: { vendor?: string; architecture?: string; description?: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}

interface Dawn {
  create(flags: string[]): { requestAdapter(options?: object): Promise<Adapter | null> };
  globals: object;
}

/** Puts navigator.gpu where browsers have it: the TF.js backend looks there, already while it loads. */
async function provideNavigator(file: string): Promise<Adapter> {
  watchEvents(); // before Dawn starts
  const { create, globals } = require(file) as Dawn;
  const gpu = theOnly(() => create([]));
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new Unavailable("no graphics adapter was found", "install a Vulkan, Metal or Direct3D 12 driver");
  }
  Object.assign(globalThis, globals);
  const navigator = { gpu, userAgent: "Node.js", language: "en" };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
  return adapter;
}

const isSoftware = ({ info, isFallbackAdapter }: Adapter): boolean =>
  isFallbackAdapter === true || info?.isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(nameOf({ info }));

const nameOf = ({ info }: Adapter): string =>
  [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(" ") || "unnamed adapter";

/** WebGPU through Dawn, on a graphics processor; software adapters, slower than wasm, only where the user asked. */
export async function startWebgpu(asked: boolean): Promise<string> {
  const dawn = installedFile("webgpu");
  const backend = installedFile("@tensorflow/tfjs-backend-webgpu");
  if (!dawn || !backend) {
    const missing = dawn ? "@tensorflow/tfjs-backend-webgpu" : "the webgpu package";
    const remedy = "npm install webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0 (130 MB)";
    throw new Unavailable(`${missing} is not installed`, remedy);
  }
  const adapter = await provideNavigator(dawn);
  if (isSoftware(adapter) && !asked) {
    const reason = `its only adapter is software (${nameOf(adapter)}), slower than wasm`;
    throw new Unavailable(reason, 'useBackend("webgpu") takes it all the same');
  }
  require(backend);
  if (!(await tf.setBackend("webgpu")))
    throw new Unavailable("it loaded but did not start", "update the graphics driver");
  readAtOnce(tf.backend() as unknown as WebgpuBackend);
  if (!readsBack()) {
    const reason = `on ${nameOf(adapter)} results cannot be read without awaiting, as training does`;
    throw new Unavailable(reason, "install webgpu@0.6.2 and @tensorflow/tfjs-backend-webgpu@4.22.0, exactly these");
  }
  return `WebGPU on ${nameOf(adapter)}`;
}

/** Whether a product comes back at once; not a sum, since the backend adds up small tensors on the processor. */
function readsBack(): boolean {
  try {
    return tf.tidy(() => tf.matMul(tf.ones([1, 2]), tf.ones([2, 1])).dataSync()[0]) === 2;
  } catch {
    return false;
  }
}
