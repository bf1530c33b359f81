import { CourseError } from "../errors";
import { checkChoice } from "./checks";
import { total } from "./probabilities";

/**
 * Agreement of annotators on categories. All four are (observed − expected) / (1 − expected), and differ in what they
 * expect of chance:
 *
 *   percent       observed: mean over items of the share of pairs that agree; expected 0
 *   cohen         two annotators; expected Σ_c p₁(c) p₂(c), each with habits of their own.  Cohen 1960
 *   fleiss        the same number of ratings an item; expected Σ_c p(c)², one habit for all.  Fleiss 1971
 *   krippendorff  any number of ratings; observed and expected over pairable ratings, expected without replacement.
 *                 α for nominal data, Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"
 *
 * Missing ratings are null. Only krippendorff and percent take them; items with fewer than two ratings have no pair
 * and are left out.
 */
export const agreementMeasures = ["percent", "cohen", "fleiss", "krippendorff"] as const;
export type AgreementMeasure = (typeof agreementMeasures)[number];

export interface AgreementOptions {
  /** Default `krippendorff`. */
  measure?: AgreementMeasure;
}
export type Rating = number | string | null;
export interface Agreement {
  /** At most 1; 0 is what chance gives; below 0, systematic disagreement. */
  value: number;
  observed: number;
  expected: number;
}

type Item = readonly (number | string)[];

/** @param ratings [item][annotator], null where an annotator skipped an item */
export function agreement(
  ratings: readonly (readonly Rating[])[],
  { measure = "krippendorff" }: AgreementOptions = {},
): Agreement {
  checkChoice("agreement", { measure }, agreementMeasures);
  checkComplete(ratings, measure);
  const items = ratings
    .map((item) => item.filter((rating): rating is number | string => rating !== null))
    .filter((item) => item.length >= 2);
  if (items.length === 0) {
    throw new CourseError("bad-value", "agreement: no item has two ratings, so no pair can agree; give more ratings");
  }
  const { observed, expected } = parts[measure](items);
  if (expected >= 1) {
    throw new CourseError(
      "bad-value",
      `agreement: every rating is ${JSON.stringify(items[0][0])}, so chance agrees always and ${measure} is 0/0; report percent`,
    );
  }
  return { value: (observed - expected) / (1 - expected), observed, expected };
}

const parts: Record<AgreementMeasure, (items: Item[]) => Omit<Agreement, "value">> = {
  percent: (items) => ({ observed: meanAgreement(items), expected: 0 }),
  cohen: (items) => {
    const [first, second] = [0, 1].map((annotator) => shares(items.map((item) => item[annotator])));
    const expected = total([...first].map(([category, share]) => share * (second.get(category) ?? 0)));
    return { observed: meanAgreement(items), expected };
  },
  fleiss: (items) => ({
    observed: meanAgreement(items),
    expected: total([...shares(items.flat()).values()].map((share) => share ** 2)),
  }),
  krippendorff: (items) => {
    const pairable = total(items.map((item) => item.length)); // n
    // Each item weighs with its number of ratings; the expected pair is drawn without replacement.
    const observed = total(items.map((item) => item.length * pairAgreement(item))) / pairable;
    const counts = [...tally(items.flat()).values()];
    const expected = total(counts.map((count) => count * (count - 1))) / (pairable * (pairable - 1));
    return { observed, expected };
  },
};

/** Share of an item's pairs of ratings that agree. */
const pairAgreement = (item: Item): number =>
  total([...tally(item).values()].map((count) => count * (count - 1))) / (item.length * (item.length - 1));

const meanAgreement = (items: Item[]): number => total(items.map(pairAgreement)) / items.length;

function tally(ratings: Item): Map<number | string, number> {
  const counts = new Map<number | string, number>();
  for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
  return counts;
}

const shares = (ratings: Item): Map<number | string, number> =>
  new Map([...tally(ratings)].map(([category, count]) => [category, count / ratings.length]));

/** Cohen takes two annotators and Fleiss equally many ratings an item; neither takes gaps. */
function checkComplete(ratings: readonly (readonly Rating[])[], measure: AgreementMeasure): void {
  if (measure !== "cohen" && measure !== "fleiss") return;
  ratings.forEach((item, i) => {
    const given = item.filter((rating) => rating !== null).length;
    const wanted = measure === "cohen" ? 2 : ratings[0].length;
    if (given === wanted && item.length === wanted) return;
    throw new CourseError(
      "bad-value",
      `agreement: ratings[${i}] has ${given} of ${item.length} ratings; ${measure} takes ${
        measure === "cohen" ? "exactly 2" : "the same number"
      } for every item; use krippendorff`,
    );
  });
}
