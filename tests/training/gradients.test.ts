import * as tf from "@tensorflow/tfjs";
import { LanguageModel, llamaConfig, parameterSpecs } from "../../kernel-utils/src/model";
import { dpo, sft } from "../../kernel-utils/src/objectives";
import { checkGradient, sequenceLogps } from "../../kernel-utils/src/tensor";
import { type Batch, completionLogps, ignoreIndex, padRight } from "../../kernel-utils/src/training";
import { tinyConfig, tinyModel } from "../model/tinyModel";
import { roundingTolerance, testBackend, useTestBackend } from "../tensor/support";

beforeAll(useTestBackend);

const example = (prompt: number[], reply: number[]) => ({
  tokens: [...prompt, ...reply],
  labels: [...prompt.map(() => ignoreIndex), ...reply],
});
const chosen = padRight([example([1, 4, 7, 5], [8, 9, 2]), example([1, 4, 6, 5], [10, 2])], 0);
const rejected = padRight([example([1, 4, 7, 5], [6, 2]), example([1, 4, 6, 5], [3, 3, 8, 2])], 0);

const losses: Record<string, (model: LanguageModel) => tf.Scalar> = {
  SFT: (model) => {
    const { perToken, mask } = completionLogps(model, chosen);
    return sft(perToken, mask).loss;
  },
  DPO: (model) => {
    const constant = (values: number[]) => tf.tensor1d(values);
    const logps = {
      policyChosenLogps: completionLogps(model, chosen).sum,
      policyRejectedLogps: completionLogps(model, rejected).sum,
      referenceChosenLogps: constant([-7, -5]), // not the policy's: β h is away from 0
      referenceRejectedLogps: constant([-4.5, -9]),
    };
    return dpo(logps, { beta: 0.5 }).loss;
  },
};

const config = tinyConfig();
const names = parameterSpecs(config).map(({ name }) => name);

describe.each(Object.keys(losses))("the gradient of the %s loss", (kind) => {
  it.each(names)("through %s equals central differences", (name) => {
    const model = tinyModel();
    const lossOf = (weight: tf.Tensor) => {
      const parameters = new Map([...model.parameters, [name, weight as tf.Variable]]);
      return losses[kind](new LanguageModel(config, parameters));
    };
    const report = checkGradient(lossOf, [model.parameters.get(name)!], { samples: 16 });
    expect(report.toString()).toMatch(/^gradient holds/);
    expect(Math.abs(report.worst.analytic)).toBeGreaterThan(0);
    model.dispose();
  });
});

describe("completion log-probs", () => {
  const model = () => tinyModel({ num_hidden_layers: 2 });
  const tensors = ({ rows, length, tokens, labels }: Batch) => ({
    tokens: tf.tensor2d(tokens, [rows, length], "int32"),
    labels: tf.tensor2d(labels, [rows, length], "int32"),
  });

  it("are those of sequenceLogps on the full logits, and so are their gradients", () => {
    const policy = model();
    const full = () => {
      const { tokens, labels } = tensors(chosen);
      return sequenceLogps(policy.forward(tokens), labels);
    };
    const weights = tf.tensor2d([[1, 2, 3, 4, 5, 6, 7]]).tile([2, 1]);
    const variables = [...policy.parameters.values()];
    const gradients = (perToken: () => tf.Tensor2D) =>
      tf.variableGrads(() => tf.sum(tf.mul(perToken(), weights)).asScalar(), variables).grads;
    const [sparse, dense] = [completionLogps(policy, chosen), full()];
    expectSame(sparse.perToken, dense.perToken);
    expectSame(sparse.mask, dense.mask);
    expectSame(sparse.sum, dense.sum);
    const [sparseGradients, denseGradients] = [
      gradients(() => completionLogps(policy, chosen).perToken),
      gradients(() => full().perToken),
    ];
    for (const { name } of variables) expectSame(sparseGradients[name], denseGradients[name]);
  });

  it("do not change with a prompt token's label, which is −100 whatever the token", () => {
    const [first, second] = [example([1, 4, 7, 5], [8, 2]), example([1, 4, 7, 5], [8, 2])];
    second.labels[0] = 3; // the first label is never predicted by anything
    const policy = model();
    expectSame(completionLogps(policy, padRight([first], 0)).sum, completionLogps(policy, padRight([second], 0)).sum);
    second.labels[2] = 7; // a label that does count changes the sum
    const changed = completionLogps(policy, padRight([second], 0)).sum.dataSync()[0];
    expect(changed).toBeLessThan(completionLogps(policy, padRight([first], 0)).sum.dataSync()[0]);
  });

  it("do not depend on how far a row is padded", () => {
    const policy = model();
    const [short, long] = [example([1, 4, 5], [8, 2]), example([1, 4, 5], [8, 6, 6, 9, 9, 10, 2])];
    const alone = completionLogps(policy, padRight([short], 0)).sum.dataSync()[0];
    const beside = completionLogps(policy, padRight([short, long], 0)).sum.dataSync()[0];
    expect(Math.abs(alone - beside)).toBeLessThan(1e-5);
  });
});

function expectSame(a: tf.Tensor, b: tf.Tensor): void {
  expect(a.shape).toEqual(b.shape);
  expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThan(roundingTolerance[testBackend]);
}

it("the tiny model has every kind of parameter once, named as Hugging Face names them", () => {
  expect(names.map((name) => name.replace(/^model\.|layers\.0\.|\.weight$/g, ""))).toEqual([
    "embed_tokens",
    "input_layernorm",
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "post_attention_layernorm",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
    "norm",
  ]);
  expect(llamaConfig(config)).toEqual(config);
});
