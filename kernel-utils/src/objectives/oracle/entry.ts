import { CourseError } from "../../errors";
import { type Float64Node, leaf } from "../arithmetic/float64";
import { type FieldSpec, type FloatArray, nest } from "./fields";

/** Which numbers an option takes: `from` and `to` belong to it, `above` and `below` do not. */
export interface Range {
  from?: number;
  above?: number;
  to?: number;
  below?: number;
  /** Whole numbers only. */
  whole?: boolean;
}

/** What may stand in `options`, and what `align loss NAME --help` says of it. */
export interface OptionSpec {
  kind: "number" | "boolean" | "string";
  /** For a number; absent where every finite one will do. The objective itself refuses what lies outside. */
  range?: Range;
  /** What holds where the option is absent; absent here where the objective then does without. */
  default?: number | boolean | string;
  /** One line: meaning, range, and defaults elsewhere. */
  says: string;
  /** The names a string may be; the objective itself refuses others. */
  choices?: readonly string[];
}

/** Plain JSON: `loss`, `perExample`, `metrics`, what the objective adds, and `gradients` when asked for. */
export type OracleAnswer = Record<string, unknown>;
export type Options = Record<string, unknown>;

/** One name of the oracle, as data. */
export interface Entry {
  /** One line for the list of all. */
  summary: string;
  /** The definition in plain characters, with its source; printed by `--help`. */
  formula: readonly string[];
  inputs: Record<string, FieldSpec>;
  /** Fields the loss can be differentiated by; none where the answer is no loss. */
  differentiable: readonly string[];
  options: Record<string, OptionSpec>;
  /** Optional inputs that come all together or not at all. */
  together?: readonly (readonly string[])[];
  /** Inputs of which exactly one is given: it selects what is computed. */
  oneOf?: readonly string[];
  /** @param inputs the fields that were given, checked; booleans are 1 and 0, null is NaN where the field allows it */
  answer(inputs: Record<string, FloatArray>, options: Options, grad: boolean): OracleAnswer;
}

type Nodes = Record<string, Float64Node>;

/** What a formula gives back: `loss` where there is one, `metrics`, and anything else by its name in the answer. */
export interface FormulaResult {
  loss?: Float64Node;
  metrics?: Nodes;
}

/** An entry for an objective written against `float64Arithmetic`, which also gives its gradients. */
export function objective(
  spec: Omit<Entry, "answer">,
  formula: (nodes: Nodes, options: Options) => FormulaResult,
): Entry {
  return {
    ...spec,
    answer(inputs, options, grad) {
      const nodes = mapValues(inputs, ({ values, shape }) => leaf(values, shape));
      const { metrics = {}, ...result } = formula(nodes, options);
      const answer = { ...mapValues(result as Nodes, nodeToJson), metrics: mapValues(metrics, nodeToJson) };
      if (!grad) return answer;
      if (!result.loss) throw new CourseError("bad-value", noLoss(Object.keys(inputs)));
      result.loss.backward();
      const wanted = spec.differentiable.filter((field) => field in nodes);
      const gradients = pick(wanted, (field) => nest(nodes[field].gradient, nodes[field].shape));
      return { ...answer, gradients };
    },
  };
}

const noLoss = (given: string[]): string =>
  `align loss: the inputs ${given.join(", ")} give no loss, so there are no gradients; ask without them`;

const nodeToJson = (node: Float64Node) => nest(node.values, node.shape);

export function pick<T>(names: readonly string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

export function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
