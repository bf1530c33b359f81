import { type Derivation, derivation } from "../../kernel-utils/src/derivation";
import { mutationBundle } from "../../kernel-utils/src/derivation/show";
import { recordDisplay } from "../../kernel-utils/src/notebook/display";
import { logged } from "../notebook-display/forms";

const bundleOf = (value: object): Record<string, string> =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

let d: Derivation;
beforeEach(() => {
  d = derivation("b", { symbols: { a: "scalar", c: "scalar" } });
});

const state = (): void =>
  void recordDisplay(() => {
    d.line("b.1", "(a + c) * (a - c)", { move: "begin", source: "Euclid, book II" });
    d.line("b.2", "a ^ 2 - c ^ 2", "third binomial");
  });

describe("a derivation as the last expression of a cell", () => {
  it("shows every line with its formula, move, source and tick", () => {
    state();
    const { "text/markdown": markdown, "text/plain": text } = bundleOf(d);
    expect(markdown).toMatch(/^\*\*Derivation b: 2 lines, ✓ all hold\*\*\n\n\$\$\n/);
    expect(markdown.match(/\\tag\{b\.[12]\}\n\$\$/g)).toHaveLength(2);
    expect(markdown).toContain("<small>begin — *Euclid, book II* — ✓ defined on 96 draws</small>");
    expect(text.split("\n")).toEqual([
      "Derivation b: 2 lines, ✓ all hold",
      "b.1  (a + c) * (a - c)",
      "    begin — Euclid, book II — ✓ defined on 96 draws",
      "b.2  a ^ 2 - c ^ 2",
      expect.stringMatching(
        /^ {4}third binomial — ✓ follows from b\.1 on 96 draws, (no residual|residuals below 1e-\d+), and by simplification$/,
      ),
    ]);
    expect(logged(d)).toBe(text);
  });

  it("shows one line by itself, the same as when it was stated", () => {
    const stated = recordDisplay(() => d.line("b.1", "(a + c) * (a - c)", "begin"));
    expect(bundleOf(d.result("b.1"))).toEqual(stated.outputs[0]);
    expect(logged([d.result("b.1")])).toBe("[ ✓ b.1 ]");
  });

  it("names the lines that do not hold, and says when there is none yet", () => {
    expect(bundleOf(d)["text/plain"]).toBe("Derivation b: no line yet");
    recordDisplay(() => {
      d.line("b.1", "a * a", "begin");
      expect(() => d.line("b.2", "a + a", "a slip")).toThrow();
    });
    expect(logged(d)).toMatch(/^Derivation b: 2 lines, ✗ broken: b\.2\n[\s\S]*a slip — ✗ does not hold$/);
  });

  it("shows what its checks refuse and what they let through", () => {
    state();
    const report = d.mutate();
    // Nothing comes before b.1, so nothing contradicts a mistake in it; b.2 follows from it.
    expect(bundleOf(report)["text/plain"]).toMatch(
      /^6 wrong versions of 2 lines refused, 0 explained, 5 let through\nline +mistake +reads then +verdict\nb\.1 /,
    );
    const refused = { ...report, survivors: [] };
    expect(mutationBundle(refused)).toEqual({
      "text/html": "<p>6 wrong versions of 2 lines refused, 0 explained, 0 let through</p>",
      "text/plain": "6 wrong versions of 2 lines refused, 0 explained, 0 let through",
    });
    const explained = [{ id: "b.2", name: "sign", expression: "c", reason: "by symmetry" }];
    expect(mutationBundle({ ...refused, explained })["text/plain"]).toMatch(
      /\nb\.2 +sign +c +✓ says the same: by symmetry$/,
    );
  });
});
