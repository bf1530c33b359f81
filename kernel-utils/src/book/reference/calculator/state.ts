import { aboutObjective, type Example } from "../../../objectives/oracle/about";
import { oracleEntry } from "../../../objectives/oracle/oracle";

/** What stands in the controls: inputs as they are typed, options as they are set. */
export interface State {
  inputs: Record<string, string>;
  options: Record<string, number | boolean | string>;
}

/** The entry's example. */
export function exampleState(name: string): State {
  const { inputs, options = {} } = aboutObjective(name).example;
  return { inputs: mapped(inputs), options: { ...options } };
}

/** The values an input that is left out begins with; those it belongs together with come along. */
export function grown(name: string, state: State, field: string): State {
  const { together = [], oneOf = [] } = oracleEntry(name);
  const { example, optionalInputs = {} } = aboutObjective(name);
  const company = together.find((group) => group.includes(field)) ?? [field];
  const values = Object.fromEntries(
    company.flatMap((added) => {
      const value = added in state.inputs ? undefined : (optionalInputs[added] ?? example.inputs[added] ?? [0]);
      return value === undefined ? [] : [[added, value]];
    }),
  );
  const others = oneOf.includes(field) ? oneOf.filter((other) => other !== field) : [];
  const kept = Object.entries(state.inputs).filter(([other]) => !others.includes(other));
  return { ...state, inputs: { ...Object.fromEntries(kept), ...mapped(values) } };
}

/** Whether all inputs run along the same first axis, so that one more example can be added to each. */
export function canGrow(name: string, state: State): boolean {
  const { inputs } = oracleEntry(name);
  const axes = Object.keys(state.inputs).map((field) => inputs[field].axes[0]);
  return axes.length > 0 && axes.every((axis) => axis === axes[0]);
}

/** One more example, a copy of the last, or one fewer; what is no list stays as it is. */
export function resized(state: State, by: 1 | -1): State {
  const { inputs, options } = requestOf(state);
  const changed = Object.entries(inputs).map(([field, value]) => {
    if (!Array.isArray(value) || value.length === 0) return [field, value];
    return [field, by === 1 ? [...value, value[value.length - 1]] : value.slice(0, Math.max(1, value.length - 1))];
  });
  return { inputs: mapped(Object.fromEntries(changed)), options: options ?? {} };
}

/** The request the state stands for. @throws SyntaxError naming the field whose text is no JSON */
export function requestOf({ inputs, options }: State): Example {
  const parsed = Object.entries(inputs).map(([field, text]) => [field, parseField(field, text)]);
  return { inputs: Object.fromEntries(parsed), options };
}

function parseField(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`${field}: cannot read "${text}"; write numbers in brackets, as in [-8, -9.5]`);
  }
}

const mapped = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [field, spaced(value)]));

/** JSON with room to read: [-8, -9]. */
const spaced = (value: unknown): string => JSON.stringify(value).replaceAll(",", ", ");
