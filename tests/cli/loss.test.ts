import { spawnSync } from "node:child_process";
import path from "node:path";

const align = path.join(__dirname, "../../kernel-utils/bin/align.js");
const run = (args: string[], input: string) =>
  spawnSync(process.execPath, [align, ...args], { input, encoding: "utf8" });

const dpoInputs = {
  policyChosenLogps: [-8],
  policyRejectedLogps: [-13],
  referenceChosenLogps: [-10],
  referenceRejectedLogps: [-12],
};

describe("align loss", () => {
  it("prints one JSON object with exact gradients", () => {
    const { status, stdout } = run(["loss", "dpo", "--grad"], JSON.stringify({ inputs: dpoInputs }));
    const answer = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(answer.loss).toBeCloseTo(Math.log1p(Math.exp(-0.3)), 14);
    expect(answer.gradients.policyChosenLogps[0]).toBeCloseTo(-0.1 / (1 + Math.exp(0.3)), 14);
  });

  it("says what is wrong on one line of stderr and exits 2", () => {
    const { status, stdout, stderr } = run(["loss", "dpo"], '{"inputs": {"policyChosenLogps": [1]');
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^align loss: the input is not JSON: .*\n$/);
  });

  it("answers every line, a bad one with its error, and exits 2 at the end", () => {
    const lines = [JSON.stringify({ name: "dpo", inputs: dpoInputs }), "nonsense", '{"name": "sft", "inputs": {}}'];
    const { status, stdout } = run(["loss", "--lines"], lines.join("\n"));
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(status).toBe(2);
    expect(answers[0].loss).toBeCloseTo(0.554355, 5);
    expect(answers[1].error).toMatch(/not JSON/);
    expect(answers[2].error).toMatch(/sft: missing input "tokenLogps", "mask"/);
  });

  it.each([
    [["loss"], /give one NAME; known: sequence-logps, sft, dpo/],
    [["loss", "nope"], /unknown objective "nope"/],
    [["loss", "dpo", "--gard"], /Unknown option '--gard'.*align loss --help/],
    [["nonsense"], /there is no command "nonsense"; known: run, check, loss, doctor/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run(args, "");
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
