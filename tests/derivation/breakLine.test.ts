import { breakLine, typesetLetters } from "../../kernel-utils/src/derivation/breakLine";

const long = (letter: string): string => Array.from({ length: 40 }, () => letter).join(" + ");

describe("breakLine", () => {
  it("leaves a formula that fits as it is", () => expect(breakLine("a + b = c")).toBe("a + b = c"));
  it.each(["=", "\\ge", "\\le", "\\propto"])("breaks a wide formula before its %s", (sign) =>
    expect(breakLine(`${long("a")} ${sign} ${long("b")}`)).toBe(
      `\\begin{aligned}\n& ${long("a")} \\\\\n& \\qquad ${sign} ${long("b")}\n\\end{aligned}`,
    ),
  );
  it("does not break inside brackets, braces or a sum's index", () => {
    const left = `\\sum_{k = 1} \\left[ (a = b) + \\{ c \\le d \\} \\right] ${long("a")}`;
    expect(breakLine(`${left} = b`)).toContain(`& ${left} \\\\`);
  });
  it("breaks a right side that is still too wide between its terms, sign first", () => {
    const [first, second] = [`\\lambda [${long("b")}]`, `s [${long("c")}]`];
    expect(breakLine(`a = ${first} - ${second}`)).toBe(
      `\\begin{aligned}\n& a \\\\\n& \\qquad = ${first} \\\\\n& \\qquad - ${second}\n\\end{aligned}`,
    );
  });
  it("leaves a wide expression without a relation alone", () => expect(breakLine(long("a"))).toBe(long("a")));
});

describe("typesetLetters", () => {
  it.each([
    ["\\beta \\log Z(x)", 8], // β log Z(x)
    ["\\frac{a + b}{c_{d}}", 3],
    ["\\frac{a}{b + c + d}", 5],
    ["D_{\\mathrm{KL}}\\left( p \\,\\|\\, q \\right)", 8],
  ])("counts %s as %d", (latex, letters) => expect(typesetLetters(latex)).toBe(letters));
});
