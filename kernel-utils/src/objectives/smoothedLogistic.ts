import { type Arithmetic, logSigmoid } from "./arithmetic/arithmetic";

/** −(1 − ε) log σ(x) − ε log σ(−x): the cross-entropy of a label that is flipped with probability ε, [any shape]. */
export const smoothedLogistic = <A>(m: Arithmetic<A>, x: A, epsilon: number): A =>
  m.neg(m.add(m.mul(logSigmoid(m, x), 1 - epsilon), m.mul(logSigmoid(m, m.neg(x)), epsilon)));
