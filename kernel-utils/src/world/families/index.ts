/** All families, in the order of FAMILY_NAMES. */
import { type Family, type FamilyName, type Question, questionsOf } from "../family";
import { arithmeticFamily } from "./arithmetic";
import { compareFamily } from "./compare";
import { factFamily } from "./fact";
import { harmFamily, howtoFamily } from "./howto";
import { listFamily } from "./list";
import { opinionFamily } from "./opinion";
import { politeFamily } from "./polite";
import { unknownFamily } from "./unknown";

/** What is known of a family without its tasks. */
export type FamilySummary = Pick<Family<unknown>, "name" | "purpose" | "share">;

const summary = ({ name, purpose, share }: FamilySummary): FamilySummary => ({ name, purpose, share });

/** Name, purpose and share of each family. */
export const FAMILIES: readonly FamilySummary[] = [
  summary(factFamily),
  summary(compareFamily),
  summary(arithmeticFamily),
  summary(listFamily),
  summary(politeFamily),
  summary(opinionFamily),
  summary(howtoFamily),
  summary(harmFamily),
  summary(unknownFamily),
];

/** Every question that can be asked in the world, family by family. */
export const allQuestions = (): Question[] => [
  ...questionsOf(factFamily),
  ...questionsOf(compareFamily),
  ...questionsOf(arithmeticFamily),
  ...questionsOf(listFamily),
  ...questionsOf(politeFamily),
  ...questionsOf(opinionFamily),
  ...questionsOf(howtoFamily),
  ...questionsOf(harmFamily),
  ...questionsOf(unknownFamily),
];

export type { FamilyName };
