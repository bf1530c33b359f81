/** Which lines of derivations a piece of code states, read from its calls. */
import ts from "typescript";

export interface StatedLine {
  id: string;
  /** Offset of the call. */
  offset: number;
  /** What the options say it follows from: a line, null for none, undefined where they are silent. */
  from: string | null | undefined;
}

/** Methods of a derivation that state a line. */
const methods = new Set(["line", "gradient", "optimum", "limit", "implementation"]);

/** Does the call begin a derivation, or state a line? */
export const isOfDerivation = (call: ts.CallExpression): boolean =>
  (ts.isIdentifier(call.expression) && ["derivation", "line"].includes(call.expression.text)) ||
  idOf(call) !== undefined;

/** The lines stated in the nodes below `root`, in the order of the text. */
export function statedLines(root: ts.SourceFile): StatedLine[] {
  const found: StatedLine[] = [];
  const visit = (node: ts.Node): void => {
    const id = ts.isCallExpression(node) ? idOf(node) : undefined;
    if (ts.isCallExpression(node) && id !== undefined) {
      found.push({ id, offset: node.getStart(root), from: predecessorIn(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** The id in line("dpo.5", …) or d.gradient("dpo.11", …); undefined for any other call. */
function idOf({ expression, arguments: args }: ts.CallExpression): string | undefined {
  const [id] = args;
  if (id === undefined || !ts.isStringLiteralLike(id) || !/^[\w-]+(\.[\w-]+)+$/.test(id.text)) return undefined;
  const called = ts.isPropertyAccessExpression(expression)
    ? methods.has(expression.name.text)
    : ts.isIdentifier(expression) && expression.text === "line";
  return called ? id.text : undefined;
}

/** `from: "dpo.4"` or `from: null` in the options, else `of: "dpo.4"`, which names a line too. */
function predecessorIn({ arguments: args }: ts.CallExpression): string | null | undefined {
  const options = args.find(ts.isObjectLiteralExpression);
  const value = (name: string): ts.Expression | undefined =>
    options?.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
      ?.initializer;
  const from = value("from");
  if (from?.kind === ts.SyntaxKind.NullKeyword) return null;
  if (from && ts.isStringLiteralLike(from)) return from.text;
  const of = value("of");
  return of && ts.isStringLiteralLike(of) && /^[a-z][\w-]*(\.[\w-]+)+$/.test(of.text) ? of.text : undefined;
}
