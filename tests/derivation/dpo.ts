import type { Derivation } from "../../kernel-utils/src/derivation";
import { derivation } from "../../kernel-utils/src/derivation";

/** The symbols of direct preference optimisation over a finite set of replies to one prompt. */
export const beginDpo = (name = "dpo"): Derivation =>
  derivation(name, {
    symbols: {
      beta: { kind: "scalar", from: 0.05, to: 5 },
      r: "function",
      pi: "distribution",
      pi_ref: "distribution",
      theta: "parameters",
      D: "pairs",
      pi_theta: { is: "softmax(theta)", args: "(y \\mid x)" },
      J: { is: "E(pi, r) - beta * KL(pi, pi_ref)", latex: "J(\\pi)" },
      Z: { is: "sum(pi_ref * exp(r / beta))", latex: "Z(x)" },
      pi_star: { is: "pi_ref * exp(r / beta) / Z", args: "(y \\mid x)" },
      h: { is: "log(pi_theta_w / pi_ref_w) - log(pi_theta_l / pi_ref_l)", latex: "h_\\theta" },
      L: { is: "E(D, -logsigma(beta * h))", latex: "\\mathcal{L}_{\\mathrm{DPO}}(\\theta)" },
    },
  });

const paper = (equation: number): string => `Rafailov et al. 2023, arXiv:2305.18290, eq. ${equation}`;
const margin = "beta * log(pi_star_w / pi_ref_w) - beta * log(pi_star_l / pi_ref_l)";

/** The whole derivation, from the KL-regularised objective to the gradient of the loss. */
export function deriveDpo(): Derivation {
  const d = beginDpo();
  const none = { from: null };
  d.line("dpo.1", "J == E(pi, r) - beta * KL(pi, pi_ref)", {
    move: "reward, less a pull to the reference",
    source: paper(3),
  });
  d.line("dpo.2", "-beta * E(pi, log(pi / pi_ref) - r / beta)", "take −β out of one expectation");
  d.line("dpo.3", "-beta * E(pi, log(pi / (pi_ref * exp(r / beta))))", "r / β is log exp(r / β)");
  d.line("dpo.4", "beta * log(Z) - beta * KL(pi, pi_star)", "normalise the denominator by Z, which is free of y");
  d.line("dpo.5", "J <= beta * log(Z)", { move: "a KL divergence is never negative", tightWhen: { pi: "pi_star" } });
  d.optimum("dpo.6", {
    objective: "E(pi, r) - beta * KL(pi, pi_ref)",
    over: "pi",
    at: "pi_star",
    move: "and 0 only there",
  });
  d.line("dpo.7", "pi_star == pi_ref * exp(r / beta) / Z", {
    ...none,
    move: "the Gibbs distribution",
    source: paper(4),
  });
  d.line("dpo.8", "r == beta * log(pi_star / pi_ref) + beta * log(Z)", {
    move: "take logs and solve for r",
    source: paper(5),
  });
  d.line("dpo.9", `r_w - r_l == ${margin}`, "β log Z is the same for both replies and leaves the difference");
  d.line("dpo.10", `sigma(r_w - r_l) == sigma(${margin})`, { move: "put it into Bradley–Terry", source: paper(6) });
  const loss = "-E(D, logsigma(beta * (log(pi_theta_w / pi_ref_w) - log(pi_theta_l / pi_ref_l))))";
  d.line("dpo.11", `L == ${loss}`, { ...none, move: "maximum likelihood, with π_θ for π*", source: paper(7) });
  d.gradient(
    "dpo.12",
    "-E(D, beta * sigma(-beta * h) * (grad(theta, log(pi_theta_w)) - grad(theta, log(pi_theta_l))))",
    { of: "dpo.11", withRespectTo: "theta", move: "the chain rule, and σ′ = σ(·) σ(−·)", source: paper(7) },
  );
  return d;
}
