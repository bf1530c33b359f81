import { spawnSync } from "node:child_process";
import path from "node:path";
import { describeObjective, oracleEntry, oracleNames } from "../../kernel-utils/src/objectives";

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

  it("lists every objective, and says of each its formula, inputs, options and defaults", () => {
    const { stdout: all } = run(["loss", "--help"], "");
    for (const name of oracleNames) {
      expect(all).toContain(`\n  ${name} `);
      const { inputs, options } = oracleEntry(name);
      const text = describeObjective(name);
      for (const field of Object.keys(inputs)) expect(text).toMatch(new RegExp(`^  ${field}(\\[| )`, "m"));
      for (const [option, { default: value = "unset" }] of Object.entries(options)) {
        expect(text).toContain(`  ${option} (${value})`);
      }
    }
    const { status, stdout } = run(["loss", "ipo", "--help"], "");
    expect(status).toBe(0);
    expect(stdout).toContain("L = (x − 1/(2τ))²");
    expect(stdout).toContain("tau (0.1)");
  });

  it.each([
    ["no name", "{}", /missing "name"/],
    ["a name that is no text", '{"name": 3, "inputs": {}}', /"name" is 3/],
    [
      "a field nobody knows",
      '{"name": "dpo", "input": {}}',
      /unknown field "input"; known: name, inputs, options, grad/,
    ],
    ["an array", "[]", /expected one object/],
    [
      "a wish for gradients that is no boolean",
      '{"name": "dpo", "inputs": {}, "grad": "yes"}',
      /"grad" must be true or false/,
    ],
    [
      "a number beyond float64",
      '{"name": "slic", "inputs": {"chosenLogps": [1e999], "rejectedLogps": [0]}}',
      /finite number/,
    ],
    [
      "an answer beyond float64",
      '{"name": "slic", "inputs": {"chosenLogps": [-1e308], "rejectedLogps": [1e308]}}',
      /is Infinity; the inputs are too extreme/,
    ],
  ])("answers a line with %s by its error", (_what, line, message) => {
    const { status, stdout, stderr } = run(["loss", "--lines"], `${line}\n`);
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    expect(JSON.parse(stdout).error).toMatch(message);
  });

  it.each([
    [["loss"], /give one NAME; known: sequence-logps, sft, reward-model, dpo, .*/],
    [["loss", "nope"], /unknown objective "nope"/],
    [["loss", "ipoo"], /did you mean "ipo"\?/],
    [["loss", "dop", "--help"], /unknown objective "dop"; .*did you mean "dpo"\?/],
    [["loss", "dpo", "--gard"], /Unknown option '--gard'.*align loss --help/],
    [["nonsense"], /there is no command "nonsense"; known: lab, run, check, loss, train, book, kernel, doctor/],
  ])("refuses %j in one line", (args, message) => {
    const { status, stderr } = run(args, "");
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
