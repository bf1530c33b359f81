import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { type CheckResult, check, setCheckListener, todo } from "../../kernel-utils/src/exercise";
import type { LearnerFunction } from "../../kernel-utils/src/exercise/attempt";
import { recordDisplay, setDisplayHost } from "../../kernel-utils/src/notebook/display";
import { tensorAnswers } from "./topics";

beforeAll(async () => {
  tf.env().set("IS_TEST", true);
  await tf.setBackend("cpu");
});

function run(id: string, fn: LearnerFunction): { result: CheckResult; text: string; html: string } {
  let result: CheckResult | undefined;
  const host = recordDisplay(() => {
    result = check(id, fn);
  });
  return { result: result as CheckResult, text: host.all("text/plain"), html: host.all("text/html") };
}

type Pairs = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, number];
const right = tensorAnswers["dpo-loss"] as (...inputs: Pairs) => tf.Tensor;

describe("check says in plain words", () => {
  it.each<[string, string, LearnerFunction, string]>([
    [
      "a wrong shape",
      "dpo-loss",
      (...inputs: Pairs) => right(...inputs).expandDims(1),
      "you returned shape [4,1]; one number per pair is [4]",
    ],
    ["a promise", "dpo-loss", async (...inputs: Pairs) => right(...inputs), "you returned a Promise"],
    ["nothing returned", "dpo-loss", () => undefined, "you returned undefined; is there a return"],
    [
      "an exception",
      "dpo-loss",
      () => tf.tensor1d([1]).add(tf.tensor1d([1, 2, 3]).slice(0, 9)),
      "your function threw: ",
    ],
    [
      "a wrong dtype",
      "dpo-loss",
      (...inputs: Pairs) => right(...inputs).toInt(),
      "your answer has dtype int32; one number per pair is float32",
    ],
    ["NaN", "masked-mean", (x: tf.Tensor) => x.sum().mul(Number.NaN), "your answer has a NaN in it"],
    ["an object", "masked-mean", () => ({ loss: 1 }), "you returned an object with loss in it"],
    ["ragged rows", "implicit-reward", () => [[1], [1, 2]], "you returned lists of different lengths"],
    [
      "tensors kept",
      "dpo-loss",
      (...inputs: Pairs) => tf.keep(right(...inputs).add(0)),
      "your function leaves tensors behind at each call (1)",
    ],
    [
      "a near miss nobody has named",
      "dpo-gradient",
      (h: tf.Tensor, beta: number) =>
        h
          .mul(-beta)
          .sigmoid()
          .mul(beta + 0.01),
      "5 of 5 entries are not right",
    ],
  ])("%s", (_, id, fn, message) => {
    const { result, text } = run(id, fn);
    expect(result).toMatchObject({ status: "failed", mistake: undefined });
    expect(result.message).toContain(message);
    expect(text).toContain(message);
  });
});

describe("check shows", () => {
  it("every case with what must hold and what came back", () => {
    const { html, result } = run("dpo-loss", right);
    expect(result).toMatchObject({ status: "passed", message: "all 4 cases pass" });
    expect(html).toContain("log 2 for every pair</td>");
    expect(html).toContain("✓ [0.6931, 0.6931, 0.6931]");
    expect(html).not.toContain("✗");
  });
  it("the first failing case with inputs, answer and what was wanted", () => {
    const { html } = run("implicit-reward", (policy: tf.Tensor, reference: tf.Tensor) => policy.sub(reference));
    expect(html).toMatch(/<details>.*<li>policyLogps: \[.*<li>yours: .*<li>wanted: /s);
    expect(html).toContain("β is missing: the log-ratio is not yet a reward");
  });
  it("a further hint after each failure, and the first again after a pass", () => {
    const wrong = () => 1;
    const hints = [1, 2, 3].map(() => run("perplexity", wrong).result.hint);
    expect(hints[0]).toMatch(/equally likely tokens/);
    expect(hints[1]).toMatch(/exponential of the mean loss/);
    expect(hints[2]).toBe(hints[1]);
    run("perplexity", tensorAnswers.perplexity);
    expect(run("perplexity", wrong).result.hint).toBe(hints[0]);
  });
  it("one line, and no table, for an untouched stub", () => {
    const { text, html } = run("dpo-loss", () => todo("which side of σ should grow with h?"));
    expect(text).toBe("· dpo-loss: not attempted yet\nHint: which side of σ should grow with h?");
    expect(html).not.toContain("<table");
  });
  it("itself once in a kernel: nothing more as the last expression of its cell, the whole again in a later one", async () => {
    const published: object[] = [];
    const inKernel = (): CheckResult => {
      const before = setDisplayHost({ kind: "kernel", publish: (bundle) => void published.push(bundle) });
      try {
        return check("dpo-loss", right);
      } finally {
        setDisplayHost(before);
      }
    };
    const form = (result: CheckResult): object =>
      (result as unknown as Record<symbol, () => object>)[Symbol.for("Jupyter.display")]();
    const result = inKernel();
    expect(form(result)).toEqual({});
    expect(inspect(result)).toBe(""); // the text beside a bundle, or all that tslab prints
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(form(result)).toEqual(published[0]);
    expect(inspect(result)).toBe((published[0] as Record<string, string>)["text/plain"]);
    const kept = inKernel();
    const now = jest.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
    expect(form(kept)).toEqual(published[0]); // asked for a minute later, for the first time
    now.mockRestore();
  });
  it("its text when a script prints it, its verdict inside another value", () => {
    const { result, text } = run("dpo-loss", right);
    expect(inspect(result)).toBe(text);
    expect(inspect({ result })).toBe("{ result: dpo-loss: passed }");
  });
});

it("names a mistake though the learner writes it differently", () => {
  const swapped = (...[pc, pr, rc, rr, beta]: Pairs) => tf.softplus(pc.sub(rc).sub(pr).add(rr).mul(beta));
  expect(run("dpo-loss", swapped).result.mistake).toBe("exchanged");
  const naive = (...[pc, pr, rc, rr, beta]: Pairs) => pc.sub(pr).sub(rc).add(rr).mul(beta).sigmoid().log().neg();
  expect(run("dpo-loss", naive).result.mistake).toBe("overflow");
});
it("accepts plain and typed arrays as answers", () => {
  const list = (...[pc, pr, rc, rr, beta]: Pairs) => Array.from(right(pc, pr, rc, rr, beta).dataSync());
  expect(run("dpo-loss", list).result.status).toBe("passed");
  expect(run("dpo-loss", (...inputs: Pairs) => right(...inputs).dataSync()).result.status).toBe("passed");
});
it("leaves no tensors behind, whatever the function does", () => {
  const before = tf.memory().numTensors;
  run("dpo-loss", (...inputs: Pairs) => {
    tf.ones([3]);
    return right(...inputs);
  });
  expect(tf.memory().numTensors).toBe(before);
});
it("tells the listener and does not throw", () => {
  const heard: string[] = [];
  const before = setCheckListener((result) => heard.push(`${result.id} ${result.status}`));
  run("dpo-loss", () => 1);
  setCheckListener(before);
  expect(heard).toEqual(["dpo-loss failed"]);
});
it("refuses an exercise nobody has written", () => {
  expect(() => check("dpo-los", right)).toThrow(
    /check: there is no exercise "dpo-los"; known: sequence-logp, .*dpo-loss/,
  );
});
it("a stub run on its own says what to do", () => {
  expect(() => todo("start small")).toThrow("not attempted yet; replace todo(…) by your answer. Hint: start small");
  expect(() => todo("start small")).toThrow(expect.objectContaining({ code: "not-attempted" }));
});
