import { oracle, oracleEntry } from "../../../objectives/oracle/oracle";
import { requestOf, type State } from "./state";

export interface Curve {
  /** Values of the entry, and the loss at each; where the oracle refuses there is no point. */
  x: number[];
  loss: number[];
  /** The entry's own value, and the loss there. */
  at: { x: number; loss: number };
}

type Path = readonly (string | number)[];

/** Every single number of the inputs the loss is differentiable by, as a path: ["policyChosenLogps", 0]. */
export function curvePlaces(name: string, state: State): Path[] {
  try {
    const { inputs } = requestOf(state);
    return oracleEntry(name)
      .differentiable.filter((field) => field in inputs)
      .flatMap((field) => leaves([field], inputs[field]));
  } catch {
    return [];
  }
}

const leaves = (path: Path, value: unknown): Path[] =>
  Array.isArray(value) ? value.flatMap((entry, i) => leaves([...path, i], entry)) : [path];

const points = 81;

/** The loss along one number of the inputs, five nats to either side; undefined where there is no loss. */
export function curveOf(name: string, state: State, path: Path): Curve | undefined {
  try {
    const { inputs, options } = requestOf(state);
    const centre = Number(
      path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], inputs),
    );
    const lossAt = (x: number): number | undefined => {
      try {
        const { loss } = oracle({ name, inputs: replaced(inputs, path, x) as typeof inputs, options });
        return typeof loss === "number" && Number.isFinite(loss) ? loss : undefined;
      } catch {
        return undefined;
      }
    };
    const here = lossAt(centre);
    if (here === undefined) return undefined;
    const drawn = Array.from({ length: points }, (_, i) => centre - 5 + (10 * i) / (points - 1)).flatMap((x) => {
      const loss = lossAt(x);
      return loss === undefined ? [] : [{ x, loss }];
    });
    return { x: drawn.map(({ x }) => x), loss: drawn.map(({ loss }) => loss), at: { x: centre, loss: here } };
  } catch {
    return undefined;
  }
}

function replaced(value: unknown, [key, ...rest]: Path, by: number): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((entry, i) => (i === key ? replaced(entry, rest, by) : entry));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}
