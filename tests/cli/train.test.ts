/** `align train` from outside: refusals in one line, and a run killed for good that ends in the bytes of an unbroken one. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const align = path.join(__dirname, "../../kernel-utils/bin/align.js");
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), "align-train-"));
  const letters = ["a", "b", "c", "d", "e", "f", "g"];
  const records = letters.map((letter) => ({ prompt: letter, chosen: `${letter} ${letter}`, rejected: "a" }));
  const write = (name: string, some: object[]) =>
    writeFileSync(path.join(scratch, name), some.map((record) => `${JSON.stringify(record)}\n`).join(""));
  write("heldOut.jsonl", [{ prompt: "a b", chosen: "b b", rejected: "a" }]);
  write(
    "instructions.jsonl",
    letters.map((prompt) => ({ prompt, completion: prompt })),
  );
  write(
    "feedback.jsonl",
    letters.map((prompt, i) => ({ prompt, completion: "a", label: i % 2 === 0 })),
  );
  writeFileSync(path.join(scratch, "words.txt"), letters.join(" "));
  writeFileSync(path.join(scratch, "pairs.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
});
afterAll(() => rmSync(scratch, { recursive: true }));

const base = {
  method: "preference",
  model: { size: 20_000, vocabulary: "words.txt" },
  data: "pairs.jsonl",
  steps: 40,
  batchSize: 3,
  checkpointEvery: 10,
  seed: 2,
};
const sampled = {
  model: base.model,
  data: "pairs.jsonl",
  rewardModel: "judge/model",
  updates: 6,
  promptsPerUpdate: 3,
  maxNewTokens: 4,
  checkpointEvery: 2,
  seed: 2,
};
const reward = { ...base, method: "reward", steps: 4, checkpointEvery: 2 };
function writeConfig(name: string, config: object): string {
  const file = path.join(scratch, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}
const train = (...args: string[]) => spawnSync(process.execPath, [align, "train", ...args], { encoding: "utf8" });

describe("align train", () => {
  it.each([
    [{ ...base, learningrate: 1 }, /unknown key "learningrate"; did you mean "learningRate"\?/],
    [
      { ...base, method: "dpo" },
      /method is "dpo"; it must be one of pretrain, sft, preference, kto, reward, ppo, group, online-dpo/,
    ],
    [{ ...base, beta: -1 }, /beta is -1; it must be a number above 0/],
    [{ ...base, data: undefined }, /"data" is missing/],
    [{ ...base, model: { size: "tiny", vocabulary: "words.txt" } }, /model: size is "tiny"; it must be .*nano/],
    [{ ...base, lora: { rnk: 2 } }, /lora: unknown key "rnk"; did you mean "rank"\?/],
    [{ ...base, objective: "simpo", tau: 1 }, /objective simpo has no option tau; it takes beta, gamma/],
    [{ ...base, model: { course: "ppo" } }, /course is "ppo"; choose one of base, sft, dpo/],
    [{ ...base, data: "missing.jsonl" }, /missing.jsonl: cannot be read/],
    [
      { ...base, evaluation: { data: "heldOut.jsonl", everyStep: 2 } },
      /evaluation: unknown key "everyStep"; did you mean "everySteps"\?/,
    ],
    [{ ...base, evaluation: { everySteps: 2 } }, /evaluation: "data" is missing/],
    [{ ...base, evaluation: { data: "missing.jsonl" } }, /missing.jsonl: cannot be read/],
    [{ ...base, reward: "gold" }, /unknown key "reward"/],
    [{ ...sampled, method: "pppo" }, /method is "pppo"; it must be one of/],
    [{ ...sampled, method: "ppo", klCoeficient: 1 }, /unknown key "klCoeficient"; did you mean "klCoefficient"\?/],
    [{ ...sampled, method: "ppo", preset: "tlr" }, /preset is "tlr"; it must be one of openaiLineage, trl/],
    [{ ...sampled, method: "ppo", adaptiveKl: { target: 6 } }, /adaptiveKl is .*; it must be \{"target": nats above 0/],
    [{ ...sampled, method: "group", samplesPerPrompt: 1 }, /samplesPerPrompt is 1; it must be a whole number of 2/],
    [{ ...sampled, method: "group", rewardModel: undefined }, /nothing judges the replies; give reward \("gold"\) or/],
    [{ ...sampled, method: "group", reward: "gold" }, /has both reward and rewardModel/],
    [
      { ...sampled, method: "group", reward: "golf", rewardModel: undefined },
      /reward is "golf"; did you mean "gold"\?/,
    ],
    [{ ...sampled, method: "group", reward: "gold", rewardModel: undefined }, /no gold reward for the prompt "[a-g]"/],
    [{ ...sampled, method: "group", rewardModel: "nowhere" }, /nowhere does not exist/],
    [{ ...sampled, method: "online-dpo", epochs: 2 }, /unknown key "epochs"/],
    [{ ...reward, temperature: 1 }, /unknown key "temperature"/],
  ])("refuses %j in one line", (config, message) => {
    const out = path.join(scratch, "refused");
    const { status, stdout, stderr } = train(writeConfig("refused", config), "--out", out);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(path.join(out, "config.json"))).toBe(false);
  });

  it("lists the methods, and the keys of each", () => {
    expect(train("--help").stdout).toMatch(/^ {2}online-dpo +DPO on two sampled replies/m);
    expect(train("ppo", "--help").stdout).toMatch(
      /^ {2}rewardModel +the folder .*[\s\S]*^ {2}whitenAdvantages +one of batch/m,
    );
    expect(train("sft", "--help").stdout).not.toMatch(/rewardModel/);
    const { status, stderr } = train("pop", "--help");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/no method "pop"; did you mean ppo\?/),
    });
  });

  it("trains a reward model, which then judges the replies of PPO, groups and online DPO", () => {
    const read = (...names: string[]) => JSON.parse(readFileSync(path.join(scratch, ...names), "utf8"));
    expect(train(writeConfig("reward", reward), "--out", path.join(scratch, "judge")).status).toBe(0);
    expect(read("judge/model/config.json").architectures).toEqual(["LlamaForSequenceClassification"]);
    expect(readFileSync(path.join(scratch, "judge/model/model.safetensors")).includes("score.weight")).toBe(true);
    for (const name of ["temperature", "maxNewTokens"]) expect(read("judge/config.json")).not.toHaveProperty(name);
    for (const [name, config] of Object.entries({
      ppo: { method: "ppo", preset: "trl", minibatches: 1, epochs: 2 },
      rloo: { method: "group", preset: "rloo", data: "instructions.jsonl" },
      grpo: { method: "group", preset: "grpo", data: "feedback.jsonl", lora: { rank: 2 } },
      online: { method: "online-dpo", beta: 0.2 },
    })) {
      const evaluation = { data: "heldOut.jsonl", everySteps: 3 };
      const out = path.join(scratch, name);
      const { status, stdout } = train(writeConfig(name, { ...sampled, ...config, evaluation }), "--out", out);
      expect(status).toBe(0);
      expect(stdout).toMatch(/^\w+Trainer: 6 steps on wasm.*, loss -?\d+\.\d{4}, score -?\d+\.\d{4}; kept in /);
      expect(existsSync(path.join(out, name === "grpo" ? "adapter" : "model"))).toBe(true);
      expect(existsSync(path.join(out, "lock.json"))).toBe(false);
      const lines = readFileSync(path.join(out, "metrics.jsonl"), "utf8").trim().split("\n");
      const evaluations = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "evaluation");
      expect(evaluations.map(({ step }) => step)).toEqual([3, 6]);
      expect(evaluations[0].metrics["objective/scores"]).toEqual(expect.any(Number));
    }
    expect(read("rloo/config.json")).toMatchObject({ method: "rloo", aggregation: "fixed-length", beta: 0.05 });
    expect(read("grpo/config.json")).toMatchObject({ scale: "group", beta: 0.04, prompts: 7, heldOut: 1 });
    expect(read("ppo/config.json")).toMatchObject({ criticStart: "reward-model", epochs: 2, reward: "reward model" });
    writeFileSync(path.join(scratch, "fewer.txt"), "a b c");
    const other = { ...sampled, method: "group", model: { size: 20_000, vocabulary: "fewer.txt" } };
    expect(train(writeConfig("other", other), "--out", path.join(scratch, "other")).stderr).toMatch(
      /judge\/model: its tokenizer is not the policy's \(a vocabulary of \d+ entries, the policy's \d+\)/,
    );
  }, 120_000);

  it("measures held-out records while it trains", () => {
    const out = path.join(scratch, "measured");
    const config = { ...base, steps: 6, evaluation: { data: "heldOut.jsonl", everySteps: 2 } };
    expect(train(writeConfig("measured", config), "--out", out).status).toBe(0);
    const lines = readFileSync(path.join(out, "metrics.jsonl"), "utf8").trim().split("\n");
    const evaluations = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "evaluation");
    expect(evaluations.map(({ step }) => step)).toEqual([2, 4, 6]);
    for (const { metrics } of evaluations) {
      expect(metrics).toMatchObject({
        loss: expect.any(Number),
        "rewards/accuracies": expect.any(Number),
        "rewards/margins": expect.any(Number),
      });
    }
  });

  it.each(["dpo", "ipo", "orpo", "simpo", "cpo", "slic"])("trains %s from its config alone", (objective) => {
    const out = path.join(scratch, objective);
    const { status, stdout } = train(writeConfig(objective, { ...base, steps: 3, objective }), "--out", out);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PreferenceTrainer: 3 steps on wasm.*, seed 2, loss -?\d+\.\d{4}; kept in /);
    expect(readdirSync(out).sort()).toEqual(
      expect.arrayContaining(["checkpoints", "config.json", "metrics.jsonl", "model", "run.json"]),
    );
    expect(existsSync(path.join(out, "reference"))).toBe(["dpo", "ipo"].includes(objective));
  });

  it.each([
    ["DPO", base, [1, 9, 10, 25]],
    ["PPO", { ...sampled, method: "ppo", minibatches: 1, rewardModel: "judge/model" }, [1, 3, 5]],
  ] as const)(
    "%s killed by SIGKILL at several points and resumed gives the bytes of an unbroken run",
    async (name, given, points) => {
      if (!existsSync(path.join(scratch, "judge"))) {
        expect(train(writeConfig("reward", reward), "--out", path.join(scratch, "judge")).status).toBe(0);
      }
      const config = writeConfig(`killed ${name}`, given);
      const last = `checkpoints/step-${"steps" in given ? "000040" : "000006"}`;
      const bytes = (folder: string) =>
        ["metrics.jsonl", "model/model.safetensors", `${last}/weights.safetensors`, `${last}/moments.safetensors`].map(
          (file) => readFileSync(path.join(folder, file)).toString("base64"),
        );
      const whole = path.join(scratch, `${name} whole`);
      expect(train(config, "--out", whole).status).toBe(0);
      for (const linesBefore of points) {
        const out = path.join(scratch, `${name} killed ${linesBefore}`);
        const pid = await killAtLine(config, out, linesBefore);
        expect(JSON.parse(readFileSync(path.join(out, "run.json"), "utf8")).status).toBe("running");
        const { status, stderr } = train(config, "--out", out, "--resume");
        expect(status).toBe(0);
        expect(stderr).toMatch(
          new RegExp(`note: process ${pid}, which began here at .* is gone; its lock is taken over`),
        );
        expect(bytes(out)).toEqual(bytes(whole));
      }
    },
    180_000,
  );
});

/** Starts the run and kills it as soon as its metrics hold so many lines. */
function killAtLine(config: string, out: string, lines: number): Promise<number | undefined> {
  const metrics = path.join(out, "metrics.jsonl");
  const child = spawn(process.execPath, [align, "train", config, "--out", out], { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      if (!existsSync(metrics) || readFileSync(metrics, "utf8").split("\n").length <= lines) return;
      child.kill("SIGKILL");
      clearInterval(timer);
    }, 1);
    child.on("exit", (code, signal) => {
      clearInterval(timer);
      if (signal === "SIGKILL") resolve(child.pid);
      else reject(new Error(`ended by itself with code ${code}`));
    });
  });
}
