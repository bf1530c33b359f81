import { CourseError } from "../errors";

const describeShape = (shape: readonly number[]): string => `[${shape.join(",")}]`;

/** Refuses arrays whose shapes differ: [B] against [B,1] would broadcast to [B,B] without a word. */
export function checkSameShape<A>(
  objective: string,
  arrays: Record<string, A>,
  shapeOf: (array: A) => readonly number[],
  expected: string,
): void {
  const [[firstName, first], ...others] = Object.entries(arrays);
  const wanted = describeShape(shapeOf(first));
  for (const [name, array] of others) {
    const shape = describeShape(shapeOf(array));
    if (shape === wanted) continue;
    throw new CourseError(
      "bad-shape",
      `${objective}: ${name} has shape ${shape}, ${firstName} has ${wanted}; every array here is ${expected}`,
    );
  }
}

/** Refuses an array of the wrong rank. */
export function checkRank(objective: string, name: string, shape: readonly number[], axes: string[]): void {
  if (shape.length === axes.length) return;
  throw new CourseError(
    "bad-shape",
    `${objective}: ${name} has shape ${describeShape(shape)}, expected [${axes.join(",")}]`,
  );
}

/** Refuses an option outside its range; `rule` says the range in words, as in "> 0". */
export function checkRange(objective: string, option: Record<string, number>, rule: string, holds: boolean): void {
  if (holds) return;
  const [[name, value]] = Object.entries(option);
  throw new CourseError("bad-value", `${objective}: option ${name} is ${value}; it must be ${rule}`);
}

/** Refuses a name that is not on the list. */
export function checkChoice<T extends string>(
  objective: string,
  option: Record<string, T>,
  choices: readonly T[],
): void {
  const [[name, value]] = Object.entries(option);
  if (choices.includes(value)) return;
  throw new CourseError("bad-value", `${objective}: option ${name} is "${value}"; choose one of ${choices.join(", ")}`);
}
