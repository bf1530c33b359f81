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
function writeConfig(name: string, config: object): string {
  const file = path.join(scratch, `${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  return file;
}
const train = (...args: string[]) => spawnSync(process.execPath, [align, "train", ...args], { encoding: "utf8" });

describe("align train", () => {
  it.each([
    [{ ...base, learningrate: 1 }, /unknown key "learningrate"; did you mean "learningRate"\?/],
    [{ ...base, method: "dpo" }, /method is "dpo"; it must be one of pretrain, sft, preference, kto/],
    [{ ...base, beta: -1 }, /beta is -1; it must be a number above 0/],
    [{ ...base, data: undefined }, /"data" is missing/],
    [{ ...base, model: { size: "tiny", vocabulary: "words.txt" } }, /model: size is "tiny"; it must be .*nano/],
    [{ ...base, lora: { rnk: 2 } }, /lora: unknown key "rnk"; did you mean "rank"\?/],
    [{ ...base, objective: "simpo", tau: 1 }, /objective simpo has no option tau; it takes beta, gamma/],
    [{ ...base, model: { course: "ppo" } }, /course is "ppo"; choose one of base, sft, dpo/],
    [{ ...base, data: "missing.jsonl" }, /missing.jsonl: cannot be read/],
  ])("refuses %j in one line", (config, message) => {
    const out = path.join(scratch, "refused");
    const { status, stdout, stderr } = train(writeConfig("refused", config), "--out", out);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(path.join(out, "config.json"))).toBe(false);
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

  it("killed by SIGKILL at several points and resumed gives the bytes of an unbroken run", async () => {
    const config = writeConfig("killed", base);
    const bytes = (folder: string) =>
      ["metrics.jsonl", "model/model.safetensors", "checkpoints/step-000040/moments.safetensors"].map((name) =>
        readFileSync(path.join(folder, name)).toString("base64"),
      );
    const whole = path.join(scratch, "whole");
    expect(train(config, "--out", whole).status).toBe(0);
    for (const linesBefore of [1, 9, 10, 25]) {
      const out = path.join(scratch, `killed ${linesBefore}`);
      await killAtLine(config, out, linesBefore);
      expect(JSON.parse(readFileSync(path.join(out, "run.json"), "utf8")).status).toBe("running");
      expect(train(config, "--out", out, "--resume").status).toBe(0);
      expect(bytes(out)).toEqual(bytes(whole));
    }
  }, 120_000);
});

/** Starts the run and kills it as soon as its metrics hold so many lines. */
function killAtLine(config: string, out: string, lines: number): Promise<void> {
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
      if (signal === "SIGKILL") resolve();
      else reject(new Error(`ended by itself with code ${code}`));
    });
  });
}
