import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { logRatios, mean, normals, sigmoid, sum } from "../shared/plain";
import { type LabelledLogps, labelledInputs, signs, withLogRatios } from "./shared";

type Inputs = readonly [...logps: LabelledLogps, klPolicyLogps: Row, klReferenceLogps: Row, beta: number];

const slope = (x: number): number => sigmoid(x) * sigmoid(-x);

/** ∂L/∂r of each reply, with the mean over the batch already taken. */
function ofReplies(...[policy, reference, desirable, klPolicy, klReference, beta]: Inputs): number[] {
  const z0 = Math.max(0, mean(logRatios(klPolicy, klReference)));
  return logRatios(policy, reference).map(
    (ratio, i) => (-signs(desirable)[i] * beta * slope(beta * (ratio - z0))) / policy.length,
  );
}
const nothing = (row: Row): number[] => row.map(() => 0);

function drawn(name: string, property: string, ratios: Row, mismatched: Row, beta: number, random: Random) {
  const desirable = ratios.map((_, i) => (i % 3 === 1 ? 0 : 1));
  const inputs: Inputs = [...withLogRatios(ratios, random), desirable, ...withLogRatios(mismatched, random), beta];
  return { name, property, inputs } satisfies ExerciseCase<Inputs>;
}

export const ktoGradient = defineExercise<Inputs>({
  id: "kto-gradient",
  answer: "the gradient by all 2B log-probs, first the replies', then the mismatched ones', [2B],",
  inputs: [
    ...labelledInputs,
    { name: "klPolicyLogps", kind: "float32" },
    { name: "klReferenceLogps", kind: "float32" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => [
    drawn("z0 above 0", "the last B entries are 0", normals(4, 3, random), [2, 1, 3, 0.5], 0.5, random),
    drawn("z0 clamped", "as if z0 were 0", normals(3, 2, random), [-2, -1, 0.5], 1, random),
    drawn("policy equals reference", "±β / 4B", [0, 0], [0, 0], 0.1, random),
    drawn("hopeless and finished replies", "nearly no pull", [-300, 300, 1], [1, 1, 2], 1, random),
  ],
  reference: (...inputs) => [...ofReplies(...inputs), ...nothing(inputs[3])],
  mistakes: [
    {
      name: "no-detach",
      message: "no detach on z0: a gradient runs into the mismatched replies, which nobody judged. Hold z0 constant",
      run: (...inputs) => {
        const own = ofReplies(...inputs);
        const [, , , klPolicy, klReference] = inputs;
        const flows = mean(logRatios(klPolicy, klReference)) > 0 ? 1 : 0;
        return [...own, ...klPolicy.map(() => (-flows * sum(own)) / klPolicy.length)];
      },
    },
    {
      name: "sign",
      message: "this is the gradient of the value; the loss is λ − v, so the sign is the other one",
      run: (...inputs) => [...ofReplies(...inputs).map((entry) => -entry), ...nothing(inputs[3])],
    },
    {
      name: "sum",
      message: "this is the gradient of the sum over the batch; the loss is its mean",
      run: (...inputs) => [...ofReplies(...inputs).map((entry) => entry * inputs[0].length), ...nothing(inputs[3])],
    },
    {
      name: "beta-missing",
      message: "the β in front is missing: the chain rule brings it out of the argument of σ",
      run: (...inputs) => [...ofReplies(...inputs).map((entry) => entry / inputs[5]), ...nothing(inputs[3])],
    },
    {
      name: "log-sigma",
      message: "this is the gradient of −log σ, DPO's; KTO's loss is 1 − σ, whose slope is σ(x) σ(−x)",
      run: (...[policy, reference, desirable, klPolicy, klReference, beta]) => {
        const z0 = Math.max(0, mean(logRatios(klPolicy, klReference)));
        const own = logRatios(policy, reference).map((ratio, i) => {
          const sign = signs(desirable)[i];
          return (-sign * beta * sigmoid(-sign * beta * (ratio - z0))) / policy.length;
        });
        return [...own, ...nothing(klPolicy)];
      },
    },
    {
      name: "one-sided",
      message: "an undesirable reply is pushed up like a desirable one; its sign is the other one",
      run: (...inputs) => [...ofReplies(...inputs).map((entry) => -Math.abs(entry)), ...nothing(inputs[3])],
    },
  ],
  hints: [
    "the derivative of σ(x) is σ(x) σ(−x); z0 is a constant",
    "∂L/∂r = −s β σ(βd) σ(−βd) / B with d = r − z0 and s = ±1; and 0 for every mismatched reply",
    "append tf.zerosLike(klPolicyLogps) with tf.concat",
  ],
});
