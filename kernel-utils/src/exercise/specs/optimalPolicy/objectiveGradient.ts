import type { Random } from "../../../tensor/random";
import type { Row } from "../../numbers";
import { defineExercise, type ExerciseCase } from "../../spec";
import { distribution, logSoftmax, normals, sum } from "../shared/plain";
import { tiltedLogps } from "./tilted";

type Inputs = readonly [logits: Row, referenceLogps: Row, rewards: Row, beta: number];

/** r − β log π/π_ref of each reply, with the probabilities that weigh it. */
function scene(logits: Row, reference: Row, rewards: Row, beta: number) {
  const logps = logSoftmax(logits);
  const probs = logps.map(Math.exp);
  const net = rewards.map((reward, y) => reward - beta * (logps[y] - reference[y]));
  return { probs, net, mean: sum(probs.map((p, y) => p * net[y])) };
}

const gradient = (...inputs: Inputs): number[] => {
  const { probs, net, mean } = scene(...inputs);
  return probs.map((p, y) => p * (net[y] - mean));
};

const drawn = (name: string, property: string, n: number, beta: number, random: Random): ExerciseCase<Inputs> => ({
  name,
  property,
  inputs: [normals(n, 1, random), distribution(n, random).map(Math.log), normals(n, 1, random), beta],
});

export const objectiveGradient = defineExercise<Inputs>({
  id: "objective-gradient",
  answer: "one slope per logit, [Y],",
  inputs: [
    { name: "logits", kind: "plain" },
    { name: "referenceLogps", kind: "plain" },
    { name: "rewards", kind: "plain" },
    { name: "beta", kind: "plain" },
  ],
  cases: (random) => {
    const reference = distribution(4, random).map(Math.log);
    const rewards = normals(4, 1, random);
    return [
      drawn("five replies, β = 0.5", "sums to 0: a shift of all logits changes nothing", 5, 0.5, random),
      drawn("three replies, β = 3", "pulled to the reference", 3, 3, random),
      {
        name: "at π*",
        property: "0: nothing to gain",
        inputs: [tiltedLogps(reference, rewards, 0.7), reference, rewards, 0.7],
      },
      {
        name: "logits not normalised",
        property: "the same as with 100 taken off",
        inputs: [[101, 100], [0.5, 0.5].map(Math.log), [0, 1], 1],
      },
    ];
  },
  reference: gradient,
  mistakes: [
    {
      name: "no-baseline",
      message: "J is not subtracted: with logits, the reply's net reward counts by how far it is above the mean",
      run: (...inputs) => {
        const { probs, net } = scene(...inputs);
        return probs.map((p, y) => p * net[y]);
      },
    },
    {
      name: "kl-missing",
      message: "the KL is missing: r − β log π/π_ref takes the place of the reward",
      run: (logits, reference, rewards) => gradient(logits, reference, rewards, 0),
    },
    {
      name: "probability-missing",
      message: "the factor π(y) is missing: an expectation weighs each reply by its probability",
      run: (...inputs) => {
        const { net, mean } = scene(...inputs);
        return net.map((value) => value - mean);
      },
    },
    {
      name: "sign",
      message: "the sign is flipped: this goes downhill, and J is to be maximised",
      run: (...inputs) => gradient(...inputs).map((slope) => -slope),
    },
    {
      name: "reference-sign",
      message: "the penalty has the wrong sign: it rewards leaving the reference",
      run: (logits, reference, rewards, beta) => gradient(logits, reference, rewards, -beta),
    },
    {
      name: "plain-mean",
      message: "the baseline is the plain mean of the net rewards; it has to be weighted by π",
      run: (...inputs) => {
        const { probs, net } = scene(...inputs);
        return probs.map((p, y) => p * (net[y] - sum(net) / net.length));
      },
    },
    {
      name: "reference-missing",
      message: "the reference is missing: this adds an entropy bonus, which pulls to the uniform policy",
      run: (logits, reference, rewards, beta) =>
        gradient(
          logits,
          reference.map(() => 0),
          rewards,
          beta,
        ),
    },
  ],
  hints: [
    "what does a reply bring, net of the price of its own log-ratio, and how does that compare with the average?",
    "π = softmax(logits); net = r − β (log π − log π_ref); J = Σ π net",
    "the slope of logit y is π(y) (net(y) − J)",
  ],
});
