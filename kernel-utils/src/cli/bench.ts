import path from "node:path";
import { parseArgs } from "node:util";
import type { BenchListener, BenchMode } from "../bench";
import { CourseError } from "../errors";
import type { BackendName } from "../tensor";
import { writeAtomically } from "../writeAtomically";
import type { Command } from "./command";

const help = `align bench: how fast this machine computes, measured

Usage:
  align bench [--only NAME…] [--quick] [--backend NAME] [--json FILE]
  align bench --scaling [--quick] [--backend NAME] [--json FILE]
  align bench --profile [--only NAME…] [--quick] [--backend NAME] [--json FILE]

Without an option: matrix products of 256, 512 (all four transposes) and 1024; a training step, a DPO step with the
reference's log-probs precomputed and with its forward pass in the step, and generation, greedy and sampled, each at
  S    2 layers, d 128, 4 heads, T 64,  B 16, V 512     and
  M    6 layers, d 384, 6 heads, T 128, B 4,  V 2048.
Steps are the trainers' own, on full rows: no padding, every position counts. A line says the median on the wall after
warm-up, quartiles, minimum, repetitions, processor time of all threads, and the operations of the matrix products a
second. On a machine that does other work too, trust the minimum and the processor time.

Options:
  --only NAME…    only cases whose name begins so: gemm-512, train, train-S, dpo, dpo-reference, generate …
  --quick         fewer repetitions
  --backend NAME  tensorflow, webgpu, wasm or cpu; by default the best that works
  --scaling       time a step over B, layers, T and d, and fit how the cost grows: log time against log operations,
                  with 95 % intervals; 1 is linear
  --profile       where the time goes, kernel by kernel, by default of train-S and train-M
  --json FILE     also write {schemaVersion: 1, machine, backend, results: [{name, what, wall, processor: {median, min,
                  lowerQuartile, upperQuartile, n} in ms, flops, gflopsPerSecond, tokensPerSecond?}], sweeps, profiles}

ALIGN_THREADS and ALIGN_BLAS choose what computes; see align doctor.

Exit code: 0 measured; 2 bad usage, or a backend that cannot be had.
`;

const options = {
  json: { type: "string" },
  only: { type: "string", multiple: true },
  quick: { type: "boolean" },
  backend: { type: "string" },
  scaling: { type: "boolean" },
  profile: { type: "boolean" },
} as const;

function parse(argv: string[]) {
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  if (positionals.length > 0 && !values.only) {
    throw new CourseError("usage", `align bench: takes no argument, got "${positionals[0]}"; name cases with --only`);
  }
  if (values.scaling && (values.profile || values.only)) {
    throw new CourseError("usage", "align bench: --scaling has its own cases; leave out --only and --profile");
  }
  const mode: BenchMode = values.scaling ? "scaling" : values.profile ? "profile" : "times";
  // `--only a b`: the parser gives the first to the option and the others as positionals.
  return { ...values, mode, only: values.only && [...values.only, ...positionals] };
}

/** Results go to stdout as they come; what is being measured to stderr, on one line of a terminal. */
async function printer(mode: BenchMode): Promise<BenchListener> {
  const { profileLines, resultHeader, resultLine, sweepLines } = await import("../bench");
  const { isTTY } = process.stderr;
  const clear = isTTY ? "\r\x1b[K" : "";
  const print = (lines: string[]) => {
    process.stderr.write(clear);
    process.stdout.write(`${lines.join("\n")}\n`);
  };
  return {
    started: (backend, { processor, cores, loadAverage, node, environment }) => {
      const settings = Object.entries(environment).map(([name, value]) => ` ${name}=${value}`);
      const machine = `${processor}, ${cores} cores, Node ${node}, load ${loadAverage}${settings.join("")}`;
      print([backend, machine, ...(mode === "times" ? [resultHeader] : [])]);
    },
    progress: (what) => process.stderr.write(isTTY ? `${clear}${what}` : `${what}\n`),
    result: (result) => print([resultLine(result)]),
    sweep: (sweep) => print(sweepLines(sweep)),
    profile: (profile) => print([...profileLines(profile), ""]),
  };
}

export const command: Command = {
  name: "bench",
  summary: "how fast this machine computes: products, training steps, generation; scaling and profile",
  help,
  async run(argv) {
    const { mode, only, quick, backend, json } = parse(argv);
    const { runBench } = await import("../bench");
    const report = await runBench(
      mode,
      { only, quick, backend: backend as BackendName | undefined },
      await printer(mode),
    );
    if (json !== undefined) await writeAtomically(path.resolve(json), `${JSON.stringify(report, null, 2)}\n`);
    return 0;
  },
};
