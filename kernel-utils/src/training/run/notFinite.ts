import { CourseError } from "../../errors";
import type { Example } from "../batching";

/** A step whose loss or gradient is no number; it was not taken. */
export class NotFinite extends CourseError {
  constructor(
    method: string,
    /** Steps taken before it. */
    readonly step: number,
    name: string,
    readonly values: Record<string, number>,
    /** The batch. */
    readonly examples: readonly Example[],
    /** What is counted: an update of a trainer that samples holds several optimizer steps. */
    unit = "step",
    savedAs?: string,
  ) {
    const look = savedAs ? `look at the batch in ${savedAs}` : "look at the batch";
    const advice = `the weights are still those of ${unit} ${step}; lower learningRate (${values.learning_rate}) or ${look}`;
    super("not-finite", `${method}: ${name} is ${values[name]} at ${unit} ${step + 1}; ${advice}`);
    this.where = { method, name, unit };
  }

  private readonly where: { method: string; name: string; unit: string };

  /** The same, with the file that now holds the batch. */
  saved(file: string): NotFinite {
    const { method, name, unit } = this.where;
    return new NotFinite(method, this.step, name, this.values, this.examples, unit, file);
  }
}
