import path from "node:path";
import { parseArgs } from "node:util";
import { CourseError, shown } from "../errors";
import type { ChatText } from "../text";
import type { RewardFunction } from "../training";
import type { World } from "../world";
import type { Command } from "./command";

const help = (methods: string): string => `align train: one training run from one JSON file

Usage:
  align train CONFIG [--out DIR] [--resume]
  align train METHOD --help                  every key of that method, and what its value must be

CONFIG is one JSON object; paths in it are relative to it. Examples:
  {"method": "preference", "objective": "dpo", "beta": 0.1, "model": {"course": "sft"},
   "data": "data/preferences.train.jsonl", "steps": 100, "batchSize": 16, "learningRate": 2e-4, "seed": 0,
   "evaluation": {"data": "data/preferences.heldOut.jsonl", "everySteps": 20}}
  {"method": "group", "preset": "grpo", "reward": "gold", "model": {"course": "sft"},
   "data": "data/instructions.train.jsonl", "updates": 60, "learningRate": 3e-4, "seed": 0}

"method" is one of:
${methods}
Keys of every method:
  model       {"checkpoint": FOLDER}, {"course": "base" | "sft" | "dpo", "seed"?},
              or {"size": "nano" … | PARAMETERS, "vocabulary": TEXTFILE} for new weights
  data        records, one JSON object a line; plain text for pretrain; where replies are sampled, the records' prompts
  evaluation  {"data": FILE, "everySteps"?}: loss, accuracy and margins on records that are not trained on, or scores
              of replies to prompts that are not, recorded in the metrics
  lora        {"rank", "alpha", "dropout", "targets"}: train an adapter
  others      seed, steps (updates), learningRate, checkpointEvery … and the method's own, under the library's names
Where replies are sampled, "reward": "gold" (the world's) or "rewardModel": FOLDER (of a run of method reward) judges them.

Options:
  --out DIR   where the run is kept; by default runs/ and the name of CONFIG
  --resume    go on from the newest checkpoint in DIR: the same bits as a run that was never interrupted

DIR then holds config.json, run.json (seed, backend, status, warnings), metrics.jsonl, checkpoints/, reference/ and the
trained model/ (or adapter/). A loss that is no number ends the run and leaves bad-batch.json. One process at a time
trains in DIR.

Exit code: 0 trained; 2 bad usage, configuration or data, or a run that had to stop.
`;

/** Loaded when asked for: the methods bring the tensors with them. */
const describe = (): typeof import("../training/config") => require("../training/config");

const options = { out: { type: "string" }, resume: { type: "boolean" } } as const;

/** The world's reward of a reply, a number in [−0.5, 1]; only its own prompts have one. */
function goldReward(file: string, world: World, prompts: readonly ChatText[]): RewardFunction {
  const unknown = prompts.find((prompt) => typeof prompt !== "string" || !world.knows(prompt));
  if (unknown !== undefined) {
    const what = `the world has no gold reward for the prompt ${shown(unknown)}`;
    throw new CourseError("bad-value", `${file}: ${what}; take prompts of data/, or judge by a rewardModel`);
  }
  return (prompt, reply) => world.goldReward(prompt as string, reply).total;
}

export const command: Command = {
  name: "train",
  summary: "one training run from one JSON file: metrics, checkpoints, resumed bit for bit",
  get help() {
    return help(describe().listMethods());
  },
  helpFor: (argv) => {
    const method = argv.find((argument) => !argument.startsWith("-"));
    return method === undefined ? command.help : describe().describeMethod(method);
  },
  async run(argv) {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
    if (positionals.length !== 1) {
      throw new CourseError(
        "usage",
        `align train: needs one CONFIG, got ${positionals.length}; see align train --help`,
      );
    }
    const [file] = positionals;
    const { readRunConfig, startRun } = await import("../training/config");
    const config = await readRunConfig(file);
    const folder = values.out ?? path.join("runs", path.basename(file, ".json"));
    const { useBackend } = await import("../tensor");
    await useBackend();
    const { courseModel, stages } = await import("../course");
    const { createWorld } = await import("../world");
    const run = await startRun(config, {
      folder,
      resume: values.resume,
      progress: true,
      rewards: { gold: (prompts) => goldReward(file, createWorld(0), prompts) },
      courseModel: (name, seed) => {
        const stage = stages.find((known) => known === name);
        if (stage) return courseModel(stage, { seed, progress: true });
        throw new CourseError("bad-value", `${file}: model: course is "${name}"; choose one of ${stages.join(", ")}`);
      },
    });
    const last = run.metrics[run.metrics.length - 1];
    const score = last["objective/scores"] === undefined ? "" : `, score ${last["objective/scores"].toFixed(4)}`;
    process.stdout.write(
      `${run.method}: ${run.steps} steps on ${run.backend}, seed ${run.seed}, loss ${last.loss.toFixed(4)}${score}; kept in ${folder}\n`,
    );
    return 0;
  },
};
