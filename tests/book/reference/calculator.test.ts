import { spawnSync } from "node:child_process";
import {
  answerTo,
  canGrow,
  controlsOf,
  curveOf,
  curvePlaces,
  exampleState,
  grown,
  readHash,
  resized,
  toHash,
} from "../../../kernel-utils/src/book/reference/calculator";
import { describeObjective, oracle, oracleEntry, oracleNames } from "../../../kernel-utils/src/objectives";
import { aboutObjective, commandFor } from "../../../kernel-utils/src/objectives/oracle/about";
import { root } from "./course";

const pair = (chosen: string) => ({
  ...exampleState("dpo"),
  inputs: { ...exampleState("dpo").inputs, policyChosenLogps: chosen },
});

describe("the calculator", () => {
  it.each(oracleNames)("answers the example of %s as the oracle does, digit by digit", (name) => {
    const { answer, error } = answerTo(name, exampleState(name));
    const { example } = aboutObjective(name);
    const isLoss = oracleEntry(name).differentiable.length > 0;
    expect(error).toBeUndefined();
    // Through JSON, which has no −0.
    expect(answer).toEqual(JSON.parse(JSON.stringify(oracle({ name, ...example, grad: isLoss }))));
  });

  it.each(oracleNames)("has a control for every input and option of %s", (name) => {
    const { inputs, options } = controlsOf(name);
    const entry = oracleEntry(name);
    expect(inputs.map(({ field }) => field)).toEqual(Object.keys(entry.inputs));
    expect(options.map(({ option }) => option)).toEqual(Object.keys(entry.options));
    for (const option of options) expect(option.kind === "string" ? option.choices?.length : 1).toBeGreaterThan(0);
  });

  it("says what the oracle says of bad input, and of text that is no JSON", () => {
    expect(answerTo("dpo", pair("[-8, null]")).error).toMatch(
      /^dpo: policyChosenLogps\[1\]: expected a finite number, got null/,
    );
    expect(answerTo("dpo", pair("[-8,")).error).toBe(
      'policyChosenLogps: cannot read "[-8,"; write numbers in brackets, as in [-8, -9.5]',
    );
    expect(answerTo("dpo", { ...pair("[-8]"), options: { beta: -1 } }).error).toMatch(/beta is -1; it must be > 0/);
    expect(
      answerTo("simpo", {
        inputs: { chosenMeanLogps: "[-1e300]", rejectedMeanLogps: "[1e300]" },
        options: { beta: 1e300 },
      }).error,
    ).toMatch(/is (-?Infinity|NaN); the inputs are too extreme/);
  });

  it("gives advantages alone where the inputs of the loss are left out", () => {
    const { answer } = answerTo("grpo", { inputs: { rewards: "[[1, 0]]" }, options: {} });
    expect(answer).toEqual({ advantages: expect.anything(), metrics: {} });
  });

  it("adds an optional input with values that fit, and what belongs to it", () => {
    const { inputs } = grown("dpo", exampleState("dpo"), "chosenLengths");
    expect(inputs).toMatchObject({ chosenLengths: "[12]", rejectedLengths: "[20]" });
    expect(answerTo("dpo", { inputs, options: { variant: "sigmoid-norm" } }).error).toBeUndefined();
    const sampled = grown("best-of-n", exampleState("best-of-n"), "rewards");
    expect(Object.keys(sampled.inputs)).toEqual(["rewards"]);
  });

  it("adds an example to all inputs, and takes it away, down to one", () => {
    expect(canGrow("dpo", exampleState("dpo"))).toBe(true);
    expect(canGrow("grpo", exampleState("grpo"))).toBe(false);
    const two = resized(exampleState("dpo"), 1);
    expect(two.inputs.policyChosenLogps).toBe("[-8, -8]");
    expect(answerTo("dpo", two).answer?.loss).toBe(answerTo("dpo", exampleState("dpo")).answer?.loss);
    expect(resized(resized(two, -1), -1)).toEqual(exampleState("dpo"));
  });

  it("draws the loss along a number: the example in the middle, its slope the gradient", () => {
    const state = exampleState("dpo");
    expect(curvePlaces("dpo", state)).toContainEqual(["policyChosenLogps", 0]);
    const { x, loss, at } = curveOf("dpo", state, ["policyChosenLogps", 0])!;
    expect(x).toHaveLength(81);
    expect(at).toEqual({ x: -8, loss: answerTo("dpo", state).answer?.loss });
    const slope = (loss[41] - loss[39]) / (x[41] - x[39]);
    const { policyChosenLogps } = answerTo("dpo", state).answer!.gradients as Record<string, number[]>;
    expect(slope).toBeCloseTo(policyChosenLogps[0], 4);
  });

  it("leaves out of the curve what the oracle refuses: log-probs of 0 and more in ORPO", () => {
    const { x } = curveOf("orpo", exampleState("orpo"), ["chosenMeanLogps", 0])!;
    expect(Math.max(...x)).toBeLessThan(0);
    expect(x.length).toBeGreaterThan(20);
  });

  it("has no curve where there is no loss", () => {
    expect(curvePlaces("gae", exampleState("gae"))).toEqual([]);
    expect(curveOf("dpo", pair("[-8,"), ["policyChosenLogps", 0])).toBeUndefined();
  });

  it("keeps its state in an address, and takes nothing from another's", () => {
    const state = {
      inputs: { ...exampleState("dpo").inputs, policyChosenLogps: "[-8, %#β]" },
      options: { beta: 0.3, variant: "hinge" },
    };
    expect(toHash(state)).toMatch(/^#calc=[\w-]+$/); // nothing that a selector or an address would mind
    expect(readHash("dpo", toHash(state))).toEqual(state);
    for (const hash of [
      "",
      "#definition",
      "#calc=%",
      "#calc={}",
      "#calc=e30",
      "#calc=_w",
      toHash({ inputs: { x: "1" }, options: {} }),
    ]) {
      expect(readHash("dpo", hash)).toBeUndefined();
    }
    expect(readHash("kto", toHash(state))).toBeUndefined();
  });

  it("gives the command line that asks the same", () => {
    const { command } = answerTo("dpo", exampleState("dpo"));
    expect(command).toBe(commandFor("dpo", aboutObjective("dpo").example, true));
    expect(describeObjective("dpo")).toContain(command);
    const [, request] = /^echo '(.*)' \| npx align loss dpo --grad$/.exec(command)!;
    expect(oracle({ name: "dpo", ...JSON.parse(request), grad: true })).toEqual(
      answerTo("dpo", exampleState("dpo")).answer,
    );
  });
});

it("is bundled for browsers without Node and without tensors, in under 150 kB", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/book/calculatorBundle.cjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(Number(/(\d+) gzipped/.exec(stdout)![1])).toBeLessThan(150_000);
});
