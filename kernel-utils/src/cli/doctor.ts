import { parseArgs } from "node:util";
import { CourseError, messageOf } from "../errors";
import { inspectMachine } from "../kernel";
import type { Command } from "./command";

const help = `align doctor: what of the course's machinery works on this machine, and how to get the rest

Usage:
  align doctor [--json]

Looks at Node, the kernel, Jupyter and every tensor backend: found or not, chosen or not, why not, and how to get it.
Backends that work pass a self-check, then multiply two 512 × 512 matrices and take a small training step (2 layers,
d 128, 2 rows of 64 tokens); speeds are in 10⁹ operations of matrix products a second.

Options:
  --json    {machine: [{name, isFound, detail, remedy?}], backends: [{name, works, chosen, detail, remedy?, notes?,
              gigaflops?: {"512³", "a training step"}}]}

Exit code: 0, whatever is found.
`;

interface Backend {
  name: string;
  works: boolean;
  chosen: boolean;
  detail: string;
  remedy?: string;
  notes?: string[];
  gigaflops?: Record<string, number>;
}

/** Starts every backend once; a failure of the tensor package itself is a finding too. */
async function inspectBackends(): Promise<Backend[]> {
  try {
    const { surveyBackends, useBackend } = await import("../tensor");
    const { measureStep } = await import("../bench");
    const { chosen } = await useBackend("auto");
    const survey = await surveyBackends(async () => ({ "a training step": await measureStep() }));
    return survey.map(({ remedy, notes, ...backend }) => ({
      ...backend,
      chosen: backend.name === chosen,
      ...(remedy === "" ? {} : { remedy }),
      ...(notes.length === 0 ? {} : { notes }),
    }));
  } catch (error) {
    const detail = messageOf(error);
    return [
      { name: "tensor backends", works: false, chosen: false, detail, remedy: "run `npm install` and `npm run build`" },
    ];
  }
}

function row(name: string, state: string, detail: string, remedy?: string): string {
  const way = remedy === undefined ? "" : `\n${" ".repeat(32)}${remedy}`;
  return `  ${name.padEnd(18)} ${state.padEnd(10)} ${detail}${way}`;
}

function backendRow(backend: Backend): string {
  const { name, detail, gigaflops, remedy, notes = [] } = backend;
  const speeds = Object.entries(gigaflops ?? {}).map(([what, speed]) => `${speed.toPrecision(3)} (${what})`);
  const speed = speeds.length === 0 ? "" : `; GFLOP/s: ${speeds.join(", ")}`;
  return row(name, stateOf(backend), `${detail}${speed}`, remedy ?? notes[0]);
}

const stateOf = ({ works, chosen }: Backend): string => (chosen ? "chosen" : works ? "works" : "no");

export const command: Command = {
  name: "doctor",
  summary: "what works on this machine, and how to get the rest",
  help,
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { json: { type: "boolean" } },
    });
    if (positionals.length > 0) {
      throw new CourseError(
        "usage",
        `align doctor: takes no argument, got "${positionals[0]}"; see align doctor --help`,
      );
    }
    const machine = inspectMachine();
    const backends = await inspectBackends();
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ machine, backends }, null, 2)}\n`);
      return 0;
    }
    const lines = [
      "Machine",
      ...machine.map(({ name, isFound, detail, remedy }) => row(name, isFound ? "found" : "no", detail, remedy)),
      "Tensor backends, best first",
      ...backends.map(backendRow),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
    return 0;
  },
};
