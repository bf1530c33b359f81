import type { Derivation } from "../../kernel-utils/src/derivation";
import { line } from "../../kernel-utils/src/derivation";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";
import { beginDpo, deriveDpo } from "./dpo";

let d: Derivation;
let shown = "";
beforeAll(() => {
  shown = recordDisplay(() => {
    d = deriveDpo();
  }).all("text/markdown");
});

describe("the derivation of DPO", () => {
  it("holds at every line, on at least 64 draws each", () => {
    expect(d.results().filter((result) => !result.holds || result.draws < 64)).toEqual([]);
    expect(d.results()).toHaveLength(12);
  });
  it("chains lines in order, except where a line starts afresh", () => {
    expect(d.results().map((result) => result.from)).toEqual(
      [undefined, 1, 2, 3, 4, 5, undefined, 7, 8, 9, undefined, 11].map((n) => n && `dpo.${n}`),
    );
  });
  it("finds identities to rounding and the gradient to the order of central differences", () => {
    for (const { kind, residual } of d.results()) expect(residual).toBeLessThan(kind === "gradient" ? 1e-6 : 1e-9);
  });
  it("catches every classic mistake, in every line", () => {
    const { killed, survivors } = d.mutate();
    expect(survivors).toEqual([]);
    expect(killed).toBeGreaterThan(150);
  });
});

describe("what the reader sees", () => {
  it.each([
    [
      "dpo.1",
      String.raw`J(\pi) = \mathbb{E}_{y \sim \pi}\left[ r(x, y) \right] - \beta D_{\mathrm{KL}}\left( \pi \,\|\, \pi_{\mathrm{ref}} \right)`,
    ],
    [
      "dpo.3",
      String.raw`J(\pi) = -\beta \mathbb{E}_{y \sim \pi}\left[ \log \frac{\pi(y \mid x)}{\pi_{\mathrm{ref}}(y \mid x) \exp\left( \frac{r(x, y)}{\beta} \right)} \right]`,
    ],
    ["dpo.5", String.raw`J(\pi) \le \beta \log Z(x)`],
    [
      "dpo.6",
      String.raw`\pi^*(y \mid x) = \operatorname*{arg\,max}_{\pi} \left\{ \mathbb{E}_{y \sim \pi}\left[ r(x, y) \right] - \beta D_{\mathrm{KL}}\left( \pi \,\|\, \pi_{\mathrm{ref}} \right) \right\}`,
    ],
    [
      "dpo.7",
      String.raw`\pi^*(y \mid x) = \frac{\pi_{\mathrm{ref}}(y \mid x) \exp\left( \frac{r(x, y)}{\beta} \right)}{Z(x)}`,
    ],
    ["dpo.8", String.raw`r(x, y) = \beta \log \frac{\pi^*(y \mid x)}{\pi_{\mathrm{ref}}(y \mid x)} + \beta \log Z(x)`],
    [
      "dpo.11",
      String.raw`\mathcal{L}_{\mathrm{DPO}}(\theta) = -\mathbb{E}_{(x, y_w, y_l) \sim \mathcal{D}}\left\{ \log \sigma\left[ \beta \left( \log \frac{\pi_\theta(y_w \mid x)}{\pi_{\mathrm{ref}}(y_w \mid x)} - \log \frac{\pi_\theta(y_l \mid x)}{\pi_{\mathrm{ref}}(y_l \mid x)} \right) \right] \right\}`,
    ],
    [
      "dpo.12",
      String.raw`\nabla_\theta \mathcal{L}_{\mathrm{DPO}}(\theta) = -\mathbb{E}_{(x, y_w, y_l) \sim \mathcal{D}}\left[ \beta \sigma(-\beta h_\theta)\, (\nabla_\theta \log \pi_\theta(y_w \mid x) - \nabla_\theta \log \pi_\theta(y_l \mid x)) \right]`,
    ],
  ])("typesets %s in the field's notation", (id, latex) => expect(d.result(id).latex).toBe(latex));

  it("is the formula with its tag, the move, the source and one tick", () => {
    expect(shown).toContain(`$$\n${d.result("dpo.8").latex} \\tag{dpo.8}\n$$`);
    expect(shown).toMatch(
      /take logs and solve for r — \*Rafailov et al\. 2023.*eq\. 5\* — ✓ follows from dpo\.7 on 96 draws/,
    );
    expect(shown.match(/✓/g)).toHaveLength(12);
  });
});

describe("a wrong line", () => {
  const start = () => {
    const wrong = beginDpo("wrong");
    wrong.line(
      "wrong.1",
      "r_w - r_l == beta * log(pi_star_w / pi_ref_w) - beta * log(pi_star_l / pi_ref_l)",
      "Z cancels",
    );
  };
  it.each([
    ["a flipped sign", "beta * log(pi_star_w / pi_ref_w) + beta * log(pi_star_l / pi_ref_l)"],
    ["chosen and rejected exchanged", "beta * (log(pi_star_l / pi_ref_l) - log(pi_star_w / pi_ref_w))"],
    ["β dropped", "log(pi_star_w / pi_ref_w) - log(pi_star_l / pi_ref_l)"],
    ["log dropped", "beta * (pi_star_w / pi_ref_w - pi_star_l / pi_ref_l)"],
    ["the reference dropped", "beta * (log(pi_star_w) - log(pi_star_l))"],
    ["a logarithm of what is negative", "beta * log(-pi_star_w / pi_star_l)"],
  ])("is refused: %s", (_, expression) => {
    recordDisplay(() => {
      start();
      expect(() => line("wrong.2", expression, "a slip")).toThrow(
        /^wrong\.2: does not follow from wrong\.1: left .*look again/,
      );
    });
  });
  it("shows the draw that breaks it, with inputs and both values", () => {
    const host = recordDisplay(() => {
      start();
      expect(() => line("wrong.2", "-(r_w - r_l)", "a slip")).toThrow(expect.objectContaining({ code: "derivation" }));
    });
    expect(host.all("text/markdown")).toContain("✗ does not hold");
    const values = /left side: (\S+)\nright side: (\S+)/.exec(host.all("text/plain"));
    expect(Number(values?.[1])).toBeCloseTo(-Number(values?.[2]), 6);
    expect(host.all("text/html")).toMatch(/<th scope="row"[^>]*>beta<\/th>/);
  });
});
