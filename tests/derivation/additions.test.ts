import * as tf from "@tensorflow/tfjs";
import { dpo, logSigmoid, Random } from "../../kernel-utils/src";
import { type Derivation, derivation, type SymbolSpecs } from "../../kernel-utils/src/derivation";
import { evaluate } from "../../kernel-utils/src/derivation/evaluate";
import { termLatex } from "../../kernel-utils/src/derivation/latex";
import { parseTerm } from "../../kernel-utils/src/derivation/parse";
import { resolve } from "../../kernel-utils/src/derivation/resolve";
import type { Scene } from "../../kernel-utils/src/derivation/scene";
import { drawScene } from "../../kernel-utils/src/derivation/scene";
import { declareSymbols } from "../../kernel-utils/src/derivation/symbols";
import { printTerm } from "../../kernel-utils/src/derivation/term";
import { matrix, scalar, vector } from "../../kernel-utils/src/derivation/value";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";

const specs: SymbolSpecs = {
  beta: { kind: "scalar", from: 0.05, to: 5 },
  gamma: { kind: "scalar", from: 0.5, to: 1 },
  a: { kind: "scalar", from: -3, to: 3 },
  r: "function",
  p: "distribution",
  q: "distribution",
  pi_ref: "distribution",
  theta: "parameters",
  x: { kind: "function", over: "t", latex: "x", args: "_{t}" },
  V: { kind: "function", over: "t" },
  P: "preference",
  D: "pairs",
  pi_theta: { is: "softmax(theta)", args: "(y \\mid x)" },
  delta: { is: "x + gamma * next(V) - V" },
};
const symbols = declareSymbols(specs, "test");
const picks = ["w", "l"];
const scene: Scene = {
  symbols,
  values: new Map([
    ["beta", scalar(2)],
    ["gamma", scalar(0.5)],
    ["a", scalar(-1)],
    ["r", vector("y", [1, 3])],
    ["p", vector("y", [0.25, 0.75])],
    ["q", vector("y", [0.5, 0.5])],
    ["theta", vector("y", [0, Math.log(3)])],
    ["x", vector("t", [1, 2, 6])],
    ["V", vector("t", [8, 4, 2])],
    [
      "P",
      matrix(
        ["winner", "loser"],
        [
          [0.5, 0.1],
          [0.9, 0.5],
        ],
      ),
    ],
    ["D", vector("pair", [0.9, 0.1])],
  ]),
  sizes: new Map([
    ["y", 2],
    ["t", 3],
  ]),
  picks: new Map([
    ["w", 1],
    ["l", 0],
  ]),
  memo: new Map(),
};
const term = (source: string) => resolve(parseTerm(source, "test"), symbols, picks, "test");

describe("an expression means", () => {
  it.each([
    ["next(x)", [2, 6, 0]],
    ["next(next(x))", [6, 0, 0]],
    ["first(x)", [1]],
    ["discounted(x, gamma)", [1 + 0.5 * 2 + 0.25 * 6, 2 + 0.5 * 6, 6]],
    ["delta", [1 + 0.5 * 4 - 8, 2 + 0.5 * 2 - 4, 6 - 2]],
    ["grad(gamma, first(discounted(x, gamma)))", [2 + 2 * 0.5 * 6]],
    ["grad(x, first(next(x)))", [0, 1, 0]],
    ["mean(x, t)", [3]],
    ["P_w_l", [0.9]],
    ["at(P, l, w)", [0.1]],
    ["P_w_w", [0.5]],
    ["beats(P, p)", [0.25 * 0.5 + 0.75 * 0.1, 0.25 * 0.9 + 0.75 * 0.5]],
    ["E(p, q, P_w_l)", [0.25 * 0.5 * 0.5 + 0.25 * 0.5 * 0.1 + 0.75 * 0.5 * 0.9 + 0.75 * 0.5 * 0.5]],
    ["E(p, beats(P, q))", [0.25 * 0.5 * 0.5 + 0.25 * 0.5 * 0.1 + 0.75 * 0.5 * 0.9 + 0.75 * 0.5 * 0.5]],
    ["E(p, q, r_w - r_l)", [2.5 - 2]],
    ["wins(D, r_w - r_l)", [0.9 * -2, 0.1 * 2]], // reply 0 wins the first pair, reply 1 the second
    ["losses(D, r_w - r_l)", [0.1 * 2, 0.9 * -2]],
    ["wins(D, 1)", [0.9, 0.1]],
    ["grad(r, E(p, beats(P, q) * r))", [0.25 * 0.3, 0.75 * 0.7]],
    ["grad(theta, E(pi_theta, q, r_w - r_l))", [0.25 * (1 - 2.5), 0.75 * (3 - 2.5)]],
  ] as [string, number[]][])("%s is %p", (source, wanted) => {
    const { data } = evaluate(term(source), { ...scene, memo: new Map() });
    expect(data).toHaveLength(wanted.length);
    wanted.forEach((entry, i) => {
      expect(data[i]).toBeCloseTo(entry, 12);
    });
  });
  it("a preference whose two directions add up to one, exactly, at every scale", () => {
    for (let index = 0; index < 20; index++) {
      const { values, sizes } = drawScene(symbols, picks, new Random(index), index);
      const n = sizes.get("y") as number;
      const P = values.get("P")?.data as Float64Array;
      for (let w = 0; w < n; w++) {
        for (let l = 0; l < n; l++) {
          expect(P[w * n + l] + P[l * n + w]).toBe(1);
          expect(P[w * n + l]).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe("an expression is typeset", () => {
  it.each([
    ["next(x)", "x_{t+1}"],
    ["next(next(x)) - x", "x_{t+2} - x_{t}"],
    ["first(x)", "x_{0}"],
    ["delta", String.raw`\delta_{t}`],
    ["discounted(x, gamma * beta)", String.raw`\sum_{l \ge 0} (\gamma \beta)^{l} x_{t+l}`],
    ["discounted(next(x), gamma)", String.raw`\sum_{l \ge 0} \gamma^{l} x_{t+l+1}`],
    ["first(discounted(x, gamma))", String.raw`\sum_{l \ge 0} \gamma^{l} x_{l}`],
    [
      "discounted(discounted(x, gamma), beta)",
      String.raw`\sum_{l \ge 0} \beta^{l} \sum_{k \ge 0} \gamma^{k} x_{t+l+k}`,
    ],
    ["P_w_l", String.raw`P(y_w \succ y_l \mid x)`],
    ["beats(P, q)", String.raw`\mathbb{E}_{y' \sim q}\left[ P(y \succ y' \mid x) \right]`],
    ["at(beats(P, q), w)", String.raw`\mathbb{E}_{y' \sim q}\left[ P(y_w \succ y' \mid x) \right]`],
    ["E(p, q, P_w_l)", String.raw`\mathbb{E}_{y_w \sim p,\, y_l \sim q}\left[ P(y_w \succ y_l \mid x) \right]`],
    ["E(q, q, P_w_l)", String.raw`\mathbb{E}_{y_w, y_l \sim q}\left[ P(y_w \succ y_l \mid x) \right]`],
    ["wins(D, r_w - r_l)", String.raw`\sum_{y_l} \mathcal{D}(y, y_l)\, (r(x, y) - r(x, y_l))`],
    ["losses(D, P_w_l)", String.raw`\sum_{y_w} \mathcal{D}(y_w, y)\, P(y_w \succ y \mid x)`],
  ])("%s", (source, latex) => {
    const begun = derivation("typeset", { symbols: specs });
    expect(termLatex(term(source), begun.symbols)).toBe(latex);
  });
  it.each(["at(P, w, l) - P_l_w", "E(p, q, P_w_l)", "next(x)"])("prints %s as text that parses to the same", (source) =>
    expect(term(printTerm(term(source)))).toEqual(term(source)),
  );
});

let d: Derivation;
const derive = (about: (begun: Derivation) => void) => {
  d = derivation("new", { symbols: specs });
  return recordDisplay(() => about(d)).all("text/markdown");
};
const expectAllKilled = () => expect(d.mutate().survivors).toEqual([]);

describe("lines along time", () => {
  it("advantages telescope, and every slip is caught", () => {
    derive((begun) => {
      begun.line("new.1", "discounted(delta, gamma) == discounted(x, gamma) - V", "the values cancel in pairs");
      begun.line("new.2", "discounted(x, gamma) == x + gamma * next(discounted(x, gamma))", {
        move: "recursion",
        from: null,
      });
    });
    expectAllKilled();
  });
});

describe("lines about preferences", () => {
  it("hold, and every slip is caught", () => {
    derive((begun) => {
      begun.line("new.1", "P_w_l == 1 - P_l_w", { move: "one of the two is preferred", from: null });
      begun.line("new.2", "E(p, q, P_w_l) == E(p, beats(P, q))", { move: "first over the second reply", from: null });
      begun.line("new.3", "E(D, r_w - r_l) == sum(r * (wins(D, 1) - losses(D, 1)))", {
        move: "reply by reply",
        from: null,
      });
    });
    expectAllKilled();
  });
  it.each([
    ["P + 1", /P is a preference between two replies and no number; write P_w_l/],
    ["beats(D, p)", /beats\(…\) is given "D"; it takes one of P/],
    ["at(D, w, l)", /at\(…\) is given "D"; it takes one of P/],
    ["wins(P, 1)", /wins\(…\) is given "P"; it takes one of D/],
    ["next(beta)", /next needs something that varies along t; its argument is a number/],
  ])("refuses %s", (source, message) => {
    derive((begun) => expect(() => begun.line("new.1", source, "?")).toThrow(message));
  });
});

describe("a limit", () => {
  it.each([
    ["(exp(a * beta) - 1) / beta", 0, "a"],
    ["(exp(beta) - 1 - beta) / beta ^ 2", 0, "1 / 2"],
    ["beta * log(E(pi_ref, exp(r / beta)))", Number.POSITIVE_INFINITY, "E(pi_ref, r)"],
    ["pi_ref * exp(r / beta) / sum(pi_ref * exp(r / beta))", Number.POSITIVE_INFINITY, "pi_ref"],
    ["KL(pi_ref * exp(r / beta) / sum(pi_ref * exp(r / beta)), pi_ref)", Number.POSITIVE_INFINITY, "0"],
    ["sqrt(beta) * a", 0, "0"],
    ["(beta ^ 2 - 1) / (beta - 1)", 1, "2"],
    ["(a * sigma(beta * a) - a / 2) / beta", 0, "a ^ 2 / 4"],
  ])("of %s as beta tends to %p is %s", (of, to, is) => {
    const shown = derive((begun) => begun.limit("new.1", { of, as: "beta", to, is, move: "?" }));
    expect(d.result("new.1")).toMatchObject({ kind: "limit", holds: true, draws: 96 });
    expect(d.result("new.1").residual).toBeLessThan(2e-6);
    expect(shown).toMatch(to === 0 ? /\\lim_\{\\beta \\to 0\}/ : /\\lim_\{\\beta \\to (\\infty|1)\}/);
    expectAllKilled();
  });
  it.each([
    [
      "beta * log(E(pi_ref, exp(r / beta)))",
      Number.POSITIVE_INFINITY,
      "E(pi_ref, r) + 0.001",
      /does not hold: left .* in the limit/,
    ],
    ["a / (a + beta * 1e9)", 0, "0", /does not hold/], // near 0 until the very end
    ["(a * sigma(beta * a) - a / 2) / beta", 0, "a ^ 2 / 2", /does not hold/],
    ["1 / beta", 0, "1e9", /can be computed|does not hold/],
    ["1 / log(beta)", Number.POSITIVE_INFINITY, "0", /only 0 of/], // true, but too slow to be seen
    ["abs(a * beta) / beta", Number.NEGATIVE_INFINITY, "abs(a)", /does not hold/],
  ])("refuses that of %s as beta tends to %p is %s", (of, to, is, message) => {
    derive((begun) => expect(() => begun.limit("new.1", { of, as: "beta", to, is, move: "?" })).toThrow(message));
  });
  it("is looked at from both sides where the range has both", () => {
    derive((begun) => {
      begun.limit("new.1", { of: "a ^ 2 / a", as: "a", to: 0, is: "0", move: "cancel" });
      const jump = { of: "abs(a) / a", as: "a", to: 0, is: "1", move: "only from above" };
      expect(() => begun.limit("new.2", jump)).toThrow(/left -1 in the limit, right 1/);
    });
  });
  it("is taken of a line, and goes on from there", () => {
    derive((begun) => {
      begun.line("new.1", "log(E(p, exp(beta * r))) / beta", "start");
      begun.limit("new.2", { of: "new.1", as: "beta", to: 0, is: "E(p, r)", move: "no temperature left" });
      begun.line("new.3", "sum(p * r)", "write it out");
    });
    expect(d.results().map(({ from }) => from)).toEqual([undefined, "new.1", "new.2"]);
  });
  it("moves a scalar only", () => {
    derive((begun) =>
      expect(() => begun.limit("new.1", { of: "E(p, r)", as: "r", to: 0, is: "0", move: "?" })).toThrow(
        /new\.1: a limit is taken as a scalar moves, and "r" is a function; scalars: beta, gamma, a/,
      ),
    );
  });
});

describe("an implementation", () => {
  const logps = {
    policyChosenLogps: "log(pi_theta_w)",
    policyRejectedLogps: "log(pi_theta_l)",
    referenceChosenLogps: "log(pi_ref_w)",
    referenceRejectedLogps: "log(pi_ref_l)",
  };
  const loss = "-logsigma(beta * (log(pi_theta_w / pi_ref_w) - log(pi_theta_l / pi_ref_l)))";
  const about = { inputs: logps, constants: { beta: "beta" }, move: "dpo computes it" };
  const withLoss = (about: (begun: Derivation) => void) => {
    d = derivation("new", { symbols: { ...specs, L: { is: `E(D, ${loss})` } } });
    return recordDisplay(() => about(d)).all("text/markdown");
  };
  it("of DPO agrees with the line, for one pair and under the expectation over pairs", () => {
    const shown = withLoss((begun) => {
      begun.line("new.1", `L == E(D, ${loss})`, "the loss");
      for (const [id, of] of [
        ["new.2", loss],
        ["new.3", "new.1"],
      ]) {
        begun.implementation(id, {
          ...about,
          of,
          run: (inputs, { beta }) => dpo(inputs, { beta }).loss,
          called: "dpo",
        });
      }
    });
    for (const id of ["new.2", "new.3"]) {
      expect(d.result(id)).toMatchObject({ kind: "implementation", holds: true, draws: 96 });
      expect(d.result(id).residual).toBeLessThan(1e-4); // a log-prob of −40 nats times β = 5 carries 200 roundings into a weight
    }
    expect(shown).toContain("\\operatorname{dpo}\\left( \\log \\pi_\\theta(y_w \\mid x),\\, ");
    expectAllKilled();
  });
  it.each([
    ["a wrong sign", (m: tf.Tensor, beta: number) => logSigmoid(m.mul(-beta)).neg()],
    ["β forgotten", (m: tf.Tensor) => logSigmoid(m).neg()],
    [
      "a value without its gradient",
      (m: tf.Tensor, beta: number) => logSigmoid(tf.tensor(m.dataSync(), m.shape).mul(beta)).neg().add(m.mul(0)),
    ],
    ["an unstable logarithm", (m: tf.Tensor, beta: number) => tf.log(tf.sigmoid(m.mul(beta))).neg()],
  ])("with %s is refused", (_, wrong) => {
    derive((begun) =>
      expect(() =>
        begun.implementation("new.1", {
          ...about,
          of: loss,
          run: (inputs, { beta }) => {
            const chosen = inputs.policyChosenLogps.sub(inputs.referenceChosenLogps);
            return wrong(chosen.sub(inputs.policyRejectedLogps).add(inputs.referenceRejectedLogps), beta).mean();
          },
        }),
      ).toThrow(/new\.1: does not hold/),
    );
  });
  it("compares along chosen symbols only, where a reference is detached on purpose", () => {
    const run = (inputs: Record<keyof typeof logps, tf.Tensor1D>, { beta }: Record<string, number>) =>
      dpo({ ...inputs, referenceChosenLogps: tf.tensor1d(inputs.referenceChosenLogps.dataSync()) }, { beta }).loss;
    derive((begun) => {
      expect(() => begun.implementation("new.1", { ...about, of: loss, run })).toThrow(/gradient along pi_ref/);
      begun.implementation("new.2", { ...about, of: loss, run, withRespectTo: ["theta"] });
    });
    expect(d.result("new.2").holds).toBe(true);
  });
  it("takes vectors along time or replies as they are, and leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    derive((begun) =>
      begun.implementation("new.1", {
        of: "sum(x ^ 2, t) * beta",
        inputs: { x: "x", beta: "beta" },
        run: ({ x, beta }) => x.square().sum().mul(beta),
        move: "a sum of squares",
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
    expectAllKilled();
  });
  it.each([
    [() => tf.tensor1d([1, 2]), /new\.1: run returned a tensor of shape \[2\]; return the loss as one number/],
    [() => Promise.resolve(1) as unknown as tf.Tensor, /run returned a Promise/],
  ])("that returns no number is told so", (run, message) => {
    derive((begun) => expect(() => begun.implementation("new.1", { ...about, of: loss, run })).toThrow(message));
  });
});
