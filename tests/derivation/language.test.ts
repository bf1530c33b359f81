import { type Derivation, derivation, mutations, type SymbolSpecs } from "../../kernel-utils/src/derivation";
import { evaluate } from "../../kernel-utils/src/derivation/evaluate";
import { termLatex } from "../../kernel-utils/src/derivation/latex";
import { parseTerm } from "../../kernel-utils/src/derivation/parse";
import { resolve } from "../../kernel-utils/src/derivation/resolve";
import type { Scene } from "../../kernel-utils/src/derivation/scene";
import { declareSymbols } from "../../kernel-utils/src/derivation/symbols";
import { printTerm } from "../../kernel-utils/src/derivation/term";
import { scalar, type Value, vector } from "../../kernel-utils/src/derivation/value";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";

const specs: SymbolSpecs = {
  beta: "scalar",
  a: { kind: "scalar", from: -3, to: 3 },
  r: "function",
  p: "distribution",
  q: "distribution",
  theta: "parameters",
  pi_theta: { is: "softmax(theta)", args: "(y \\mid x)" },
  A: { kind: "function", over: "t", latex: "\\hat{A}" },
  D: "pairs",
};
const symbols = declareSymbols(specs, "test");
const picks = ["w", "l"];

/** A scene with numbers one can compute by hand: two replies, w is the second. */
const scene: Scene = {
  symbols,
  values: new Map([
    ["beta", scalar(2)],
    ["a", scalar(-1)],
    ["r", vector("y", [1, 3])],
    ["p", vector("y", [0.25, 0.75])],
    ["q", vector("y", [0.5, 0.5])],
    ["theta", vector("y", [0, Math.log(3)])],
    ["A", vector("t", [1, 2, 6])],
    ["D", vector("pair", [0.9, 0.1])],
  ]),
  sizes: new Map([["y", 2]]),
  picks: new Map([
    ["w", 1],
    ["l", 0],
  ]),
  memo: new Map(),
};
const term = (source: string) => resolve(parseTerm(source, "test"), symbols, picks, "test");
const computed = (source: string): Value => evaluate(term(source), { ...scene, memo: new Map() });

describe("an expression means", () => {
  it.each([
    ["2 + 3 * 4 ^ 2 / 8", [8]],
    ["-beta ^ 2", [-4]],
    ["E(p, r)", [2.5]], // 0.25·1 + 0.75·3
    ["sum(r)", [4]],
    ["mean(A)", [3]],
    ["sum(A, t)", [9]],
    ["KL(p, q)", [0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)]],
    ["H(q)", [Math.LN2]],
    ["r_w - r_l", [2]],
    ["at(r ^ 2, w)", [9]],
    ["pi_theta", [0.25, 0.75]], // softmax(0, log 3)
    ["E(D, r_w - r_l)", [0.9 * -2 + 0.1 * 2]], // pairs in order: (first, second), (second, first)
    ["clip(r, 2, 2.5)", [2, 2.5]],
    ["logsigma(-800)", [-800]],
    ["softplus(800)", [800]],
    ["grad(a, a ^ 3)", [3]], // 3a²
    ["grad(theta, log(pi_theta_w))", [-0.25, 0.25]], // onehot − softmax
    ["grad(a, stop(a) * a)", [-1]], // the first factor is a constant
    ["grad(a, max(a, 0) + abs(a))", [-1]],
  ] as [string, number[]][])("%s is %p", (source, wanted) => {
    const { data } = computed(source);
    expect(data).toHaveLength(wanted.length);
    wanted.forEach((entry, i) => {
      expect(data[i]).toBeCloseTo(entry, 12);
    });
  });
  it("a value along each axis it mentions", () => expect(computed("r * A").axes).toEqual(["y", "t"]));
});

it("bounds its own rounding: the bound covers the true error of a cancelling difference", () => {
  const { data, error } = computed("(1 + 1 / 3) - 1");
  expect(Math.abs(data[0] - 1 / 3)).toBeLessThanOrEqual(error[0]);
  expect(error[0]).toBeLessThan(1e-15);
});

describe("an expression is typeset", () => {
  it.each([
    ["(a + beta) * r", String.raw`(a + \beta)\, r(x, y)`],
    ["a - (beta - r)", String.raw`a - (\beta - r(x, y))`],
    ["-(a + beta)", String.raw`-(a + \beta)`],
    ["2 * 3 * beta", String.raw`2 \cdot 3 \beta`],
    ["1 / beta * log(a)", String.raw`\frac{1}{\beta} \log a`],
    ["log(a) * beta", String.raw`(\log a)\, \beta`],
    ["log(a * beta)", String.raw`\log(a \beta)`],
    ["log(sum(p * exp(r / beta)))", String.raw`\log \sum_{y} p(y \mid x) \exp\left( \frac{r(x, y)}{\beta} \right)`],
    ["sigma(beta * (r_w - r_l))", String.raw`\sigma[\beta\, (r(x, y_w) - r(x, y_l))]`],
    ["at(log(p / q), w)", String.raw`\log \frac{p(y_w \mid x)}{q(y_w \mid x)}`],
    ["(a + 1) ^ 2", "(a + 1)^{2}"],
    ["sum(A)", String.raw`\sum_{t} \hat{A}_{t}`],
    ["sqrt(a) + abs(beta)", String.raw`\sqrt{a} + \left| \beta \right|`],
    ["min(a, beta)", String.raw`\min(a, \beta)`],
    ["logsigma(-a)", String.raw`\log \sigma(-a)`],
    ["a * -beta", String.raw`a\, (-\beta)`],
    ["grad(r, beta * r_w)", String.raw`\nabla_r(\beta r(x, y_w))`], // no arguments, nor a second subscript, under ∇
    ["theta_w - theta_l", "\\theta_{y_w} - \\theta_{y_l}"], // two entries, not θ − θ
    ["sum(grad(theta, E(p, r)))", "\\sum_{\\theta} \\nabla_\\theta \\mathbb{E}_{y \\sim p}\\left[ r(x, y) \\right]"],
    ["wins(D, 1)", "\\sum_{y_l} \\mathcal{D}(y, y_l)"],
  ])("%s", (source, latex) => expect(termLatex(term(source), symbols)).toBe(latex));
});

it.each(["a - (beta - r)", "-(a + beta) * r", "(a / beta) / r", "a / (beta / r)", "(a ^ beta) ^ 2", "E(p, r_w - r)"])(
  "prints %s as text that parses to the same thing",
  (source) => expect(term(printTerm(term(source)))).toEqual(term(source)),
);

describe("mutants", () => {
  it("are the classic mistakes, each once, by name", () => {
    const found = Object.fromEntries(
      mutations("beta * log(p_w / p_l)").map(({ expression, name }) => [expression, name]),
    );
    expect(found).toMatchObject({
      "log(p_w / p_l)": "beta dropped",
      "log(p_w / p_l) / beta": "beta inverted",
      "beta * (p_w / p_l)": "log dropped",
      "beta * log(p_l / p_w)": "fraction inverted",
      "-(beta * log(p_w / p_l))": "sign of the whole flipped",
      "beta * log(p_l / p_l)": "w and l confused",
    });
  });
  it("keep the left side of an equation", () => {
    for (const { expression } of mutations("L == -logsigma(beta * h)")) expect(expression).toMatch(/^L == /);
  });
});

describe("other derivations", () => {
  let d: Derivation;
  const derive = (about: (begun: Derivation) => void) => {
    d = derivation("other", { symbols: specs });
    recordDisplay(() => about(d));
  };
  it("finds the score-function identity of the policy gradient", () => {
    derive((begun) => {
      begun.line("other.1", "E(pi_theta, r)", "the expected reward");
      begun.gradient("other.2", "E(pi_theta, r * grad(theta, log(pi_theta)))", {
        of: "other.1",
        withRespectTo: "theta",
        move: "∇π = π ∇ log π",
      });
      const baseline = "E(pi_theta, (r - a) * grad(theta, log(pi_theta)))";
      begun.line("other.3", baseline, "a baseline does not change it: the score has mean 0");
    });
    expect(d.results().map(({ kind, holds }) => `${kind} ${holds}`)).toEqual([
      "start true",
      "gradient true",
      "identity true",
    ]);
  });
  it("refuses a gradient that forgets a factor", () => {
    derive((begun) => {
      const options = { of: "-logsigma(beta * a)", withRespectTo: "a", move: "chain rule" };
      begun.gradient("other.1", "-beta * sigma(-beta * a)", options);
      expect(() => begun.gradient("other.2", "-sigma(-beta * a)", options)).toThrow(/^other\.2: does not hold: left/);
    });
  });
  it("refuses a bound that is false, and one that is idle", () => {
    derive((begun) => {
      begun.line("other.1", "log(E(p, exp(a * q))) >= a * E(p, q)", "Jensen");
      expect(() => begun.line("other.2", "E(p, r) >= sum(r)", { move: "?", from: null })).toThrow(
        /other\.2: does not hold/,
      );
      const idle = { move: "?", from: null, tightWhen: { p: "q" } };
      begun.line("other.3", "KL(p, q) >= 0", idle);
      expect(() => begun.line("other.4", "KL(p, q) >= -1", idle)).toThrow(/other\.4: does not hold/);
    });
  });
  it("refuses an optimum that is none: the wrong point, or nothing to gain", () => {
    derive((begun) => {
      const about = { over: "p", move: "Gibbs", sense: "min" as const };
      begun.optimum("other.1", { ...about, objective: "KL(p, q)", at: "q" });
      expect(() => begun.optimum("other.2", { ...about, objective: "KL(p, q)", at: "pi_theta" })).toThrow(/other\.2/);
      expect(() => begun.optimum("other.3", { ...about, objective: "E(p, a)", at: "q" })).toThrow(/other\.3/);
    });
  });
  it("does not blame a true line for overflow", () => {
    derive((begun) =>
      begun.line("other.1", "log(exp(60 * a) + exp(60 * r)) == 60 * a + softplus(60 * (r - a))", "factor out"),
    );
    expect(d.result("other.1")).toMatchObject({ holds: true, draws: 96 });
    expect(d.result("other.1").unresolved).toBeGreaterThan(0); // e^(60 r) is beyond float64 for large rewards
  });
  it("says so when hardly any draw can be computed", () => {
    derive((begun) =>
      expect(() => begun.line("other.1", "exp(exp(7 + beta))", "?")).toThrow(/only \d+ of 768 draws can be computed/),
    );
  });
  it("replaces a line when its cell is run again, and keeps what came before it", () => {
    derive((begun) => {
      begun.line("other.1", "a * beta", "start");
      begun.line("other.2", "beta * a", "commute");
      begun.line("other.3", "a * beta + 0", "add nothing");
      begun.line("other.2", "a / (1 / beta)", "again");
    });
    expect(d.result("other.2")).toMatchObject({ from: "other.1", move: "again" });
    expect(d.results()).toHaveLength(3);
  });
});

describe("what cannot be read is refused with the way out", () => {
  const begun = () => derivation("bad", { symbols: specs });
  it.each([
    ["a +", /^bad\.1: "a \+" cannot be read/],
    ["alpha * 2", /"alpha" is not declared; known symbols: beta, a, r/],
    ["beta (a + 1)", /"beta\(…\)" is not a function \(for a product write beta \* \(…\)\)/],
    ["KL(p)", /KL\(…\) takes 2 arguments, not 1/],
    ["at(r, v)", /at\(…\) is given "v"; it takes one of w, l/],
    ["grad(2 * a, a)", /grad\(…\) is given "an expression"/],
    ["sum(a)", /sum needs something that varies/],
    ["a = 2", /is not part of the language/],
  ])("%s", (expression, message) => {
    expect(() => begun().line("bad.1", expression, "?")).toThrow(message);
  });
  it("a definition before what it uses", () => {
    const early: SymbolSpecs = { Z: { is: "sum(r)" }, S: { is: "T + 1" }, r: "function", T: { is: "Z" } };
    expect(() => derivation("bad", { symbols: early })).toThrow(/bad: Z is defined through r; declare symbols before/);
  });
  it("a range upside down", () => {
    expect(() => derivation("bad", { symbols: { b: { kind: "scalar", from: 2, to: 1 } } })).toThrow(
      /b ranges from 2 to 1/,
    );
  });
});
