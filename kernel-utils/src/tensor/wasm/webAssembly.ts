/** The parts of WebAssembly used here: Node's types leave it out, and the browser's would bring a window along. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmInstance {
  exports: Record<string, unknown>;
}

export interface WebAssemblyApi {
  Memory: new (...args: unknown[]) => WasmMemory;
  /** Gives an instance for a module, and { instance } for bytes. */
  instantiate(source: unknown, imports?: object): Promise<{ instance: WasmInstance } & WasmInstance>;
}

export const webAssembly = (): WebAssemblyApi => (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
