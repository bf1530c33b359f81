import type * as mathjs from "mathjs";
import { CourseError, messageOf } from "../errors";
import { binary, call, negate, number, type Operator, type Relation, type Statement, symbol, type Term } from "./term";

/** @param where how an error should begin, e.g. "dpo.5" */
export function parseStatement(source: string, where: string): Statement {
  const root = parseTree(source, where);
  if (root.type !== "OperatorNode") return { right: termOf(root, where) };
  const { op, args } = root as mathjs.OperatorNode;
  if (!(["==", ">=", "<="] as string[]).includes(op)) return { right: termOf(root, where) };
  return { left: termOf(args[0], where), relation: op as Relation, right: termOf(args[1], where) };
}

/** Parses an expression without a relation. */
export const parseTerm = (source: string, where: string): Term => termOf(parseTree(source, where), where);

function parseTree(source: string, where: string): mathjs.MathNode {
  // Required here: a notebook without a derivation should not wait for it. The part for plain numbers loads faster.
  const { parse } = require("mathjs/number") as typeof mathjs;
  try {
    return parse(source);
  } catch (cause) {
    throw new CourseError(
      "derivation",
      `${where}: "${source}" cannot be read (${messageOf(cause)}); mend the expression`,
      {
        cause,
      },
    );
  }
}

function termOf(node: mathjs.MathNode, where: string): Term {
  switch (node.type) {
    case "ParenthesisNode":
      return termOf((node as mathjs.ParenthesisNode).content, where);
    case "ConstantNode":
      return number(Number((node as mathjs.ConstantNode).value));
    case "SymbolNode":
      return symbol((node as mathjs.SymbolNode).name);
    case "FunctionNode": {
      const { fn, args } = node as mathjs.FunctionNode;
      return call((fn as unknown as mathjs.SymbolNode).name, ...args.map((arg) => termOf(arg, where)));
    }
    case "OperatorNode":
      return operatorTerm(node as mathjs.OperatorNode, where);
    default:
      throw unsupported(node.toString(), where);
  }
}

function operatorTerm(node: mathjs.OperatorNode, where: string): Term {
  const args = node.args.map((arg: mathjs.MathNode) => termOf(arg, where));
  if (args.length === 1 && node.op === "-") return negate(args[0]);
  if (args.length === 2 && "+-*/^".includes(node.op)) return binary(node.op as Operator, args[0], args[1]);
  throw unsupported(node.toString(), where);
}

const unsupported = (source: string, where: string): CourseError =>
  new CourseError(
    "derivation",
    `${where}: "${source}" is not part of the language; use + - * / ^, functions, and one of == >= <= between two sides`,
  );
