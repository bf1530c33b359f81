/** About how many letters of a formula fit beside its tag on a page of JupyterLab, 1100 pixels wide. */
const lettersPerLine = 92;

/** A formula too wide for the page, broken before its relation sign and, where that is not enough, between terms. */
export function breakLine(latex: string): string {
  const relation = outside(latex, /^(=|\\ge|\\le|\\propto)$/)[0];
  if (relation === undefined || typesetLetters(latex) <= lettersPerLine) return latex;
  const [left, right] = [latex.slice(0, relation), latex.slice(relation)];
  const lines = [`& ${left.trim()}`, ...splitTerms(right).map((terms) => `& \\qquad ${terms.trim()}`)];
  return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
}

/** As many terms on a line as fit, at least one; a sign goes with the term after it. */
function splitTerms(latex: string): string[] {
  const starts = outside(latex, /^[+-]$/).filter((at) => latex[at - 1] === " " && latex[at + 1] === " ");
  const terms = [0, ...starts].map((at, place) => latex.slice(at, starts[place]));
  const lines: string[] = [];
  for (const term of terms) {
    const joined = (lines[lines.length - 1] ?? "") + term;
    if (lines.length > 0 && typesetLetters(joined) <= lettersPerLine) lines[lines.length - 1] = joined;
    else lines.push(term);
  }
  return lines;
}

/** Where the tokens stand that match and are in no braces, brackets or \left … \right. */
function outside(latex: string, wanted: RegExp): number[] {
  let depth = 0;
  const places: number[] = [];
  for (const found of latex.matchAll(/\\[A-Za-z]+|\\.|[{}()[\]=+-]/g)) {
    const [token] = found;
    if (/^(\{|\(|\[|\\left|\\\{)$/.test(token)) depth++;
    else if (/^(\}|\)|\]|\\right|\\\})$/.test(token)) depth--;
    else if (depth === 0 && wanted.test(token)) places.push(found.index ?? 0);
  }
  return places;
}

/** About how wide a formula is, in letters: a fraction is as wide as its wider part, an index takes 0.7 of its letters. */
export function typesetLetters(latex: string): number {
  let rest = latex
    .replace(/\\(mathrm|operatorname|mathcal|mathbb|hat|tilde|left|right|big|Big)\b|\\[,;! ]/g, "")
    .replace(/\\(log|exp|lim|max|min)\b/g, (_, name: string) => name)
    .replace(/\\[A-Za-z]+/g, (name) => (name === "\\frac" ? name : "x"))
    .replace(/\\[{}|]/g, "x")
    .replace(/\s/g, "");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(
      /\\frac\{([^{}]*)\}\{([^{}]*)\}|[_^]\{([^{}]*)\}/,
      (_, above?: string, below?: string, index = "") =>
        "x".repeat(Math.max(above?.length ?? 0, below?.length ?? 0, Math.ceil(0.7 * String(index).length))),
    );
    if (rest === before) rest = rest.replace(/\{([^{}]*)\}/, "$1");
  }
  return rest.replace(/[_^]/g, "").length;
}
