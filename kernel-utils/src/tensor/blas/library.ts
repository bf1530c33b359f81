import type * as Koffi from "koffi";

/** A native library with the C interface of BLAS, and how its names are spelt. */
export interface BlasLocation {
  /** A path, or a name that the system's loader finds. */
  file: string;
  /** OpenBLAS | MKL | Accelerate, for people to read. */
  kind: BlasKind;
  /** Put before every name: "scipy_" in SciPy's build of OpenBLAS. */
  prefix: string;
}

export type BlasKind = "OpenBLAS" | "MKL" | "Accelerate";

/** C = A · B for row-major matrices at addresses of the heap; the lengths of rows are in elements. */
export type Sgemm = (
  transposeA: number,
  transposeB: number,
  M: number,
  N: number,
  K: number,
  a: number,
  lengthA: number,
  b: number,
  lengthB: number,
  c: number,
  lengthC: number,
  add: number,
) => void;

/** Stands in where there is no library: the kernels do not call it then. */
export const noSgemm: Sgemm = () => {
  throw new Error("sgemm was called without a native library");
};

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

export interface Blas {
  /** Name, version and processor family, as the library itself says. */
  description: string;
  /** The product on a heap of shared memory, which never moves. */
  sgemmOn(heap: SharedArrayBuffer): Sgemm;
}

/**
 * Opens a library. Every product is then computed by the thread that asks for it: the pool shares out the work, and a
 * library's own threads would compete with it for the same processors.
 *
 * @throws where the file cannot be loaded or lacks cblas_sgemm
 */
export function loadBlas({ file, kind, prefix }: BlasLocation): Blas {
  // Loaded here, so that a machine for which koffi has no build computes without it.
  const koffi = require("koffi") as typeof Koffi;
  const library = koffi.load(file);
  const cblas = library.func(
    // Addresses go as integers: the heap is at a fixed place, so no view has to be made for a call.
    `void ${prefix}cblas_sgemm(int, int, int, int, int, int, float, uintptr_t, int, uintptr_t, int, float, uintptr_t, int)`,
  );
  useOneThread(library, kind, prefix);
  const sgemmOn = (heap: SharedArrayBuffer): Sgemm => {
    const base = Number(koffi.address(new Uint8Array(heap)));
    return (transposeA, transposeB, M, N, K, a, lengthA, b, lengthB, c, lengthC, add) => {
      const [orderA, orderB] = [transposeA ? TRANSPOSED : PLAIN, transposeB ? TRANSPOSED : PLAIN];
      const [atA, atB, atC] = [base + (a >>> 0), base + (b >>> 0), base + (c >>> 0)];
      cblas(ROW_MAJOR, orderA, orderB, M, N, K, 1, atA, lengthA, atB, lengthB, add ? 1 : 0, atC, lengthC);
    };
  };
  return { description: describe(library, kind, prefix), sgemmOn };
}

/** Accelerate has no such call and shares its matrix unit between threads by itself. */
function useOneThread(library: Koffi.LibraryHandle, kind: BlasKind, prefix: string): void {
  if (kind === "OpenBLAS") library.func(`void ${prefix}openblas_set_num_threads(int)`)(1);
  if (kind === "MKL") library.func("void MKL_Set_Num_Threads(int)")(1);
}

function describe(library: Koffi.LibraryHandle, kind: BlasKind, prefix: string): string {
  if (kind !== "OpenBLAS") return kind;
  const config = library.func(`const char *${prefix}openblas_get_config()`)() as string;
  const core = library.func(`const char *${prefix}openblas_get_corename()`)() as string;
  const version = /OpenBLAS ([\d.]+)/.exec(config)?.[1] ?? "of unknown version";
  return `OpenBLAS ${version} (${core})`;
}
