import * as os from "node:os";
import { CourseError, messageOf } from "../../errors";
import { type FoundBlas, findBlas, findBlasAt } from "../blas/find";

/** How the wasm backend may compute; each has an environment variable for programs that are not edited. */
export interface EngineOptions {
  /** Threads that share the work. Default: ALIGN_THREADS, or as many as the machine gives this program, at most 8. */
  threads?: number | "auto";
  /** A native library for matrix products: "auto", "off" or a file. Default: ALIGN_BLAS, or "auto". */
  blas?: string;
}

/** What it was decided to be. */
export interface ResolvedEngine {
  threads: number;
  blas?: FoundBlas;
  /** Why there is no library, or which ones failed before this. */
  notes: string[];
}

/** As many threads as the machine gives this program, up to what small models can keep busy. */
export const defaultThreads = (): number => Math.min(8, os.availableParallelism());

/** What a program asks for must be had; what only the environment asks for is warned of and done without. */
function resolveThreads(asked: number | string | undefined): number {
  const given = asked ?? process.env.ALIGN_THREADS ?? "auto";
  if (given === "auto" || given === "") return defaultThreads();
  const threads = Number(given);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 64) return threads;
  const rule = 'give a whole number from 1 to 64, or "auto"';
  if (asked !== undefined) throw new CourseError("backend", `useBackend: threads is "${given}"; ${rule}`);
  warnOnce(`ALIGN_THREADS is "${given}" and not heeded; ${rule}`);
  return defaultThreads();
}

const warned = new Set<string>();

function warnOnce(text: string): void {
  if (!warned.has(text)) process.emitWarning(text);
  warned.add(text);
}

export async function resolveEngine({ threads, blas }: EngineOptions): Promise<ResolvedEngine> {
  const resolved: ResolvedEngine = { threads: resolveThreads(threads), notes: [] };
  const wanted = blas ?? process.env.ALIGN_BLAS ?? "auto";
  if (wanted === "off") return { ...resolved, notes: ["native BLAS is switched off"] };
  if (wanted !== "auto" && wanted !== "") return withNamed(resolved, wanted, blas !== undefined);
  const { found, refused } = await findBlas();
  resolved.notes = refused.map(({ file, reason }) => `native BLAS ${file} is not used: ${reason}`);
  if (!found) resolved.notes.push("no native BLAS found; `npx align accelerate` gets one");
  return { ...resolved, blas: found };
}

async function withNamed(resolved: ResolvedEngine, file: string, isAsked: boolean): Promise<ResolvedEngine> {
  try {
    return { ...resolved, blas: await findBlasAt(file) };
  } catch (error) {
    if (isAsked) throw error;
    warnOnce(`ALIGN_BLAS is not heeded: ${messageOf(error)}`);
    return { ...resolved, notes: [`ALIGN_BLAS is not heeded: ${messageOf(error)}`] };
  }
}

const plural = (count: number): string => `${count} thread${count === 1 ? "" : "s"}`;

export const describeEngine = ({ threads, blas }: ResolvedEngine): string =>
  `WebAssembly with this course's SIMD kernels, ${plural(threads)}${blas ? `; products by ${blas.description}` : ""}`;

/** What decides the bits of a result: the kernels do not care how many threads there are, a native library may. */
export const engineIdentity = ({ threads, blas }: ResolvedEngine): string =>
  blas ? `wasm + ${blas.description}, ${plural(threads)}` : "wasm";
