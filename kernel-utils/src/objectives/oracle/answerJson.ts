import { CourseError } from "../../errors";
import type { OracleAnswer } from "./entry";

/** JSON has no NaN or Infinity; a result that is one of them would be printed as null, so it is refused by name. */
export function answerJson(answer: OracleAnswer): string {
  return JSON.stringify(answer, (key, value) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new CourseError(
        "not-finite",
        `align loss: the answer's ${key || "value"} is ${value}; the inputs are too extreme`,
      );
    }
    return value;
  });
}
