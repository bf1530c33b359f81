import { alignColumns } from "../../alignColumns";
import { CourseError } from "../../errors";
import { nearestTo } from "../../nearest";
import type { Fields } from "./fields";
import { methodNames, methods } from "./methods";
import { commonFields, evaluationFields, judgedFields, loraFields } from "./runConfig";

/** All methods with what they do, one a line. */
export const listMethods = (): string =>
  table(methodNames.map((name) => [name, methods[name].summary]))
    .map((line) => `${line}\n`)
    .join("");

/** Every key of one method with what its value must be, as `align train METHOD --help` prints them. */
export function describeMethod(name: string): string {
  if (!Object.hasOwn(methods, name)) {
    const near = nearestTo(name, methodNames);
    const hint = near ? `did you mean ${near}?` : `use one of ${methodNames.join(", ")}`;
    throw new CourseError("usage", `align train: there is no method "${name}"; ${hint}`);
  }
  const { summary, fields, judged } = methods[name];
  const own = { ...(judged && judgedFields), ...fields };
  const sections: [string, Fields][] = [
    ["Keys of every method:", commonFields],
    [`Keys of ${name}:`, own],
    ["Keys of lora:", loraFields],
    ["Keys of evaluation:", evaluationFields],
  ];
  return [
    `align train, method ${name}: ${summary}`,
    ...sections.flatMap(([title, some]) => ["", title, ...table(rowsOf(some))]),
    ...(judged ? ["", "One of reward and rewardModel has to be given."] : []),
    "",
  ].join("\n");
}

const rowsOf = (fields: Fields): [string, string][] =>
  Object.entries(fields).map(([key, { rule, required }]) => [key, required ? `${rule} (required)` : rule]);

const table = (rows: readonly (readonly [left: string, right: string])[]): string[] =>
  alignColumns(rows).map((line) => `  ${line}`);
