import type * as tf from "@tensorflow/tfjs";
import { CourseError } from "../errors";
import { type Arithmetic, positive } from "./arithmetic/arithmetic";
import { tensorArithmetic } from "./arithmetic/tensors";
import { checkChoice, checkRange, checkRank } from "./checks";

/**
 * Advantages within groups of replies to one prompt:
 *
 *   A_i = (r_i − mean r) / (std + epsilonStd)      mean over the group; std over the group, the batch, or no division
 *
 * Shao et al. 2024 (GRPO), arXiv:2402.03300, section 4.1.2; `none`: Dr. GRPO, Liu et al. 2025, arXiv:2503.20783, section 3.2.
 * Libraries differ: TRL ddof 1 and 1e-4 (this default), NeMo RL 1e-6, OpenRLHF 1e-9, HALOs ddof 0 and 1e-2, the RLHF
 * book's code ddof 1 and 1e-8. With G = 2 the choice of ddof alone is a factor √2. Equal rewards give exactly 0.
 */
export const groupScales = ["group", "batch", "none"] as const;

export interface GroupAdvantageOptions {
  /** What the standard deviation is taken over. Default `group`. */
  scale?: (typeof groupScales)[number];
  /** 1 unbiased (default), 0 the population's. */
  ddof?: 0 | 1;
  /** Added to the standard deviation, ≥ 0. Default 1e-4. */
  epsilonStd?: number;
}

/** The formula on any kind of array; see {@link groupAdvantages} for shapes. */
export function groupAdvantagesWith<A>(m: Arithmetic<A>, rewards: A, options: GroupAdvantageOptions = {}): A {
  const { scale = "group", ddof = 1, epsilonStd = 1e-4 } = options;
  checkRank("grpo", "rewards", m.shapeOf(rewards), ["P", "G"]);
  checkChoice("grpo", { scale }, groupScales);
  checkRange("grpo", { ddof }, "0 or 1", ddof === 0 || ddof === 1);
  checkRange("grpo", { epsilonStd }, "≥ 0", epsilonStd >= 0 && Number.isFinite(epsilonStd));
  const shape = m.shapeOf(rewards);
  const [prompts, replies] = shape;
  const count = scale === "batch" ? prompts * replies : replies;
  if (scale !== "none" && count - ddof < 1) {
    throw new CourseError(
      "bad-shape",
      `grpo: rewards has shape [${shape}]; a standard deviation with ddof ${ddof} takes 2 rewards, or choose scale "none"`,
    );
  }
  const centred = centre(m, rewards);
  if (scale === "none") return centred;
  const spreadOut = scale === "group" ? centred : centreAll(m, rewards);
  const squares = scale === "group" ? m.sumLast(m.square(spreadOut)) : m.sum(m.square(spreadOut));
  const deviation = m.add(m.sqrt(m.div(squares, count - ddof)), epsilonStd);
  // Equal rewards with epsilonStd 0: 0/1 in place of 0/0.
  const divisor = m.add(deviation, m.sub(m.add(m.mul(deviation, 0), 1), positive(m, deviation)));
  return m.div(centred, m.spread(divisor, shape));
}

/** r − mean r of its group, by way of differences from the first reply, so that equal rewards give exactly 0. */
function centre<A>(m: Arithmetic<A>, rewards: A): A {
  const shape = m.shapeOf(rewards);
  const relative = m.sub(rewards, m.spread(m.unstackLast(rewards)[0], shape));
  return m.sub(relative, m.spread(m.div(m.sumLast(relative), shape[1]), shape));
}

/** The same over the whole batch as one group. */
function centreAll<A>(m: Arithmetic<A>, rewards: A): A {
  const shape = m.shapeOf(rewards);
  return m.reshape(centre(m, m.reshape(rewards, [1, shape[0] * shape[1]])), shape);
}

/**
 * @param rewards [P,G]: G replies to each of P prompts
 * @returns advantages [P,G]
 */
export const groupAdvantages = (rewards: tf.Tensor, options: GroupAdvantageOptions = {}) =>
  groupAdvantagesWith(tensorArithmetic, rewards, options) as tf.Tensor2D;
