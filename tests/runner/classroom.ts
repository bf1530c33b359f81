/** Learners' copies of the fixture course, made from the original by changing what each learner changed. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./fixtures";

export const course = path.join(root, "tests", "fixtures", "attempts", "course.ipynb");

export interface CourseCell {
  id: string;
  cell_type: string;
  source: string[];
}

const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

/** Right answers to both exercises, as cells. */
export const right = {
  "implicit-reward": `//| exercise: implicit-reward (difficulty 1, minutes 5)
const implicitReward = (policyLogps: tf.Tensor1D, referenceLogps: tf.Tensor1D, beta: number): tf.Tensor1D =>
  policyLogps.sub(referenceLogps).mul(beta);`,
  "dpo-gradient": `//| exercise: dpo-gradient (difficulty 2, minutes 5)
const gradientWeight = (h: tf.Tensor1D, beta: number): tf.Tensor1D => tf.sigmoid(h.mul(-beta)).mul(beta);`,
};

/** The copy's text: answers by the id of their cell, and what the learner did to the list of cells. */
export function copyOf(answers: Record<string, string>, change = (cells: CourseCell[]) => cells): string {
  const notebook = JSON.parse(readFileSync(course, "utf8"));
  const answered = notebook.cells.map((cell: CourseCell) =>
    cell.id in answers ? { ...cell, source: linesOf(answers[cell.id]) } : cell,
  );
  return JSON.stringify({ ...notebook, cells: change(answered) }, null, 1);
}

/** Writes copies, by their path in the class's folder. */
export function writeClass(folder: string, copies: Record<string, string>): string {
  for (const [name, text] of Object.entries(copies)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}
