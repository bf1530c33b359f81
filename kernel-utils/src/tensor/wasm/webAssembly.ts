/** The parts of WebAssembly used here: Node's types leave it out, and the browser's would bring a window along. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

export interface WasmInstance {
  exports: Record<string, unknown>;
}

export interface MemoryLimits {
  initial: number;
  maximum: number;
  shared: boolean;
}

export interface WebAssemblyApi {
  Memory: new (limits: MemoryLimits) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => WasmInstance;
  /** Gives an instance for a module, and { instance } for bytes. */
  instantiate(source: unknown, imports?: object): Promise<{ instance: WasmInstance } & WasmInstance>;
}

export const webAssembly = (): WebAssemblyApi => (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
