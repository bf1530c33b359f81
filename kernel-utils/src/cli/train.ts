import path from "node:path";
import { parseArgs } from "node:util";
import { CourseError } from "../errors";
import type { Command } from "./command";

const help = `align train: one training run from one JSON file

Usage:
  align train CONFIG [--out DIR] [--resume]

CONFIG is one JSON object; paths in it are relative to it. Example:
  {"method": "preference", "objective": "dpo", "beta": 0.1, "model": {"course": "sft"},
   "data": "data/preferences.train.jsonl", "steps": 100, "batchSize": 16, "learningRate": 2e-4, "seed": 0}

  method    pretrain, sft, preference or kto
  model     {"checkpoint": FOLDER}, {"course": "base" | "sft" | "dpo", "seed"?},
            or {"size": "nano" … | PARAMETERS, "vocabulary": TEXTFILE} for new weights
  data      records, one JSON object a line; plain text for pretrain
  lora      {"rank", "alpha", "dropout", "targets"}: train an adapter
  others    seed, steps, batchSize, learningRate, checkpointEvery … and the objective's own, under the library's names

Options:
  --out DIR   where the run is kept; by default runs/ and the name of CONFIG
  --resume    go on from the newest checkpoint in DIR: the same bits as a run that was never interrupted

DIR then holds config.json, run.json (seed, backend, status, warnings), metrics.jsonl, checkpoints/, reference/ and the
trained model/ (or adapter/). A loss that is no number ends the run and leaves bad-batch.json.

Exit code: 0 trained; 2 bad usage, configuration or data, or a run that had to stop.
`;

const options = { out: { type: "string" }, resume: { type: "boolean" } } as const;

export const command: Command = {
  name: "train",
  summary: "one training run from one JSON file: metrics, checkpoints, resumed bit for bit",
  help,
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
    const run = await startRun(config, {
      folder,
      resume: values.resume,
      progress: true,
      courseModel: (name, seed) => {
        const stage = stages.find((known) => known === name);
        if (stage) return courseModel(stage, { seed, progress: true });
        throw new CourseError("bad-value", `${file}: model: course is "${name}"; choose one of ${stages.join(", ")}`);
      },
    });
    const last = run.metrics[run.metrics.length - 1];
    process.stdout.write(
      `${run.method}: ${run.steps} steps on ${run.backend}, seed ${run.seed}, loss ${last.loss.toFixed(4)}; kept in ${folder}\n`,
    );
    return 0;
  },
};
