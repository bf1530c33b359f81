/** Which functions the processor is in, by V8's own sampler: what the kernels' stopwatch cannot see. */
import { type Profiler, Session } from "node:inspector";
import path from "node:path";

export interface FunctionRow {
  name: string;
  /** File and line, or how V8 calls what has none. */
  place: string;
  /** Of all samples, 0 to 1, while in this function itself, not in those it calls. */
  share: number;
}

const samplingMicroseconds = 250;

/** Runs the body under the sampler; rows largest first. */
export async function sampleFunctions(body: () => Promise<unknown>): Promise<FunctionRow[]> {
  const session = new Session();
  session.connect();
  try {
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: samplingMicroseconds });
    session.post("Profiler.start");
    await body();
    const profile = await new Promise<Profiler.Profile>((resolve, reject) =>
      session.post("Profiler.stop", (error, result) => (error ? reject(error) : resolve(result.profile))),
    );
    return functionRows(profile);
  } finally {
    session.disconnect();
  }
}

/** Time of each sample goes to the function it found, functions of one name and place together. */
export function functionRows({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): FunctionRow[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const rows = new Map<string, FunctionRow>();
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const name = functionName || "(anonymous)";
    const place = placeOf(url, lineNumber);
    const row = rows.get(`${name} ${place}`) ?? { name, place, share: 0 };
    row.share += timeDeltas[index] / total;
    rows.set(`${name} ${place}`, row);
  });
  return [...rows.values()].sort((a, b) => b.share - a.share);
}

function placeOf(url: string, lineNumber: number): string {
  if (url === "") return "(V8)";
  return url.startsWith("wasm:") ? "(WebAssembly)" : `${path.basename(url)}:${lineNumber + 1}`;
}
