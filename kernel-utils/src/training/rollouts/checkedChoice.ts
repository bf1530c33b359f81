import { CourseError } from "../../errors";

/** The value, which must be one of the choices. */
export function checkedChoice<T extends string>(method: string, option: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new CourseError("bad-value", `${method}: ${option} is "${value}"; choose one of ${choices.join(", ")}`);
}
