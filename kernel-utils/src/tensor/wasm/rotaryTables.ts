import type { WasmHeap } from "./heap";

interface Tables {
  cosines: number;
  sines: number;
  positions: number;
}

/** Cosines and sines of position · theta^(−2i/D) on the heap, [position, D/2], computed in float64 once and kept. */
class RotaryTables {
  private readonly tables = new Map<string, Tables>();

  constructor(private readonly heap: WasmHeap) {}

  /** Tables that reach position `last` at least. */
  get(theta: number, D: number, last: number): Tables {
    const key = `${theta}/${D}`;
    const known = this.tables.get(key);
    if (known && last < known.positions) return known;
    if (known) for (const address of [known.cosines, known.sines]) this.heap.free(address);
    const made = this.make(theta, D, 2 ** Math.ceil(Math.log2(Math.max(last + 1, 64))));
    this.tables.set(key, made);
    return made;
  }

  private make(theta: number, D: number, positions: number): Tables {
    const half = D / 2;
    const fill = (f: (angle: number) => number): number => {
      const address = this.heap.allocate(4 * positions * half);
      const values = this.heap.floats(address, positions * half);
      for (let i = 0; i < values.length; i++) values[i] = f(Math.floor(i / half) * theta ** ((-2 * (i % half)) / D));
      return address;
    };
    return { cosines: fill(Math.cos), sines: fill(Math.sin), positions };
  }
}

const tables = new WeakMap<WasmHeap, RotaryTables>();

/** The tables of a heap. */
export function rotaryTables(heap: WasmHeap): RotaryTables {
  const known = tables.get(heap) ?? new RotaryTables(heap);
  tables.set(heap, known);
  return known;
}
