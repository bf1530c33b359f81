/** What the tests of resuming share: a run that is cut off and goes on, against one that never was. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { RunOptions } from "../../kernel-utils/src/training";
import { testBackend } from "../tensor/support";

// TF.js' WebGPU backend adds up the gradient of a gather with atomic operations, in whatever order: no two runs are equal.
export const describeEqualBits = testBackend === "webgpu" ? describe.skip : describe;

/** All that a finished run must have in common with another, byte for byte. */
const bytesOf = (folder: string, steps: number) => {
  const last = path.join("checkpoints", `step-${String(steps).padStart(6, "0")}`);
  const files = ["metrics.jsonl", ...readdirSync(path.join(folder, last)).map((name) => path.join(last, name))];
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name)).toString("base64")]));
};

interface Stops {
  /** Where folders are made; their names begin with `name`. */
  scratch: string;
  name: string;
  /** How many steps a whole run has. */
  steps: number;
  /** After which steps it is stopped, one run each. */
  stopAfter: readonly number[];
  /** Given to every run. */
  every: RunOptions;
}

/** @param fresh the trainer, from models that are new every time, as after the death of the process */
export async function expectSameBytes<Run extends object>(
  fresh: () => { run(options?: RunOptions): Promise<Run> },
  { scratch, name, steps, stopAfter, every }: Stops,
): Promise<void> {
  const whole = path.join(scratch, `${name} whole`);
  const unbroken = await fresh().run({ folder: whole, ...every });
  for (const stopAt of stopAfter) {
    const folder = path.join(scratch, `${name} ${stopAt}`);
    const onStep = ({ step }: { step: number }) => {
      if (step === stopAt) throw new Error("stopped");
    };
    await expect(fresh().run({ folder, ...every, onStep })).rejects.toThrow("stopped");
    const resumed = await fresh().run({ folder, ...every, resume: true });
    expect(bytesOf(folder, steps)).toEqual(bytesOf(whole, steps));
    expect({ ...resumed, seconds: 0 }).toEqual({ ...unbroken, seconds: 0 });
  }
}
