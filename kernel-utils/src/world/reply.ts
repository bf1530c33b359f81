/**
 * Reads a reply sentence by sentence. Any string is accepted: what is not one of the world's sentences becomes `noise`,
 * and a question becomes `question`. Nothing here knows what was asked.
 */
import { ACTIONS, TARGETS, TOOLS } from "./actions";
import type { Attribute } from "./facts";
import { GREETINGS, NAMES, NUMBERS, OBJECTS, VALUES } from "./facts";
import { AGREEMENTS, FILLERS, FLATTERY, HEDGES, REDIRECTS, REFUSALS, UNKNOWN_ANSWERS } from "./phrases";

export type Relation = "bigger" | "smaller";

/** What a sentence says. `null` stands for what a short sentence leaves to the question. */
export type Claim =
  | {
      readonly type: "attribute";
      readonly object: string | null;
      readonly attribute: Attribute;
      readonly value: string;
    }
  | { readonly type: "compare"; readonly object: string; readonly relation: Relation; readonly other: string | null }
  | {
      readonly type: "sum";
      readonly left: number | null;
      readonly operation: string | null;
      readonly right: number | null;
      readonly value: number;
    }
  | { readonly type: "items"; readonly items: readonly string[] }
  | { readonly type: "use"; readonly tool: string; readonly verb: string | null; readonly target: string | null }
  | { readonly type: "greeting"; readonly greeting: string; readonly name: string }
  | { readonly type: "invented"; readonly object: string }
  | { readonly type: SimpleType };

type SimpleType =
  | "refusal"
  | "redirect"
  | "unknown"
  | "agreement"
  | "verdict"
  | "flattery"
  | "filler"
  | "question"
  | "noise";

/** One sentence of a reply: an optional "yes ," or "no ,", an optional hedge, and a claim. */
export interface Sentence {
  readonly text: string;
  readonly verdict: "yes" | "no" | null;
  readonly hedged: boolean;
  readonly claim: Claim;
}

const oneOf = (words: readonly string[]): string => `(${words.join("|")})`;
const objectName = oneOf(OBJECTS.map((object) => object.name));
const number = oneOf(NUMBERS);
const subject = `(?:(?:the ${objectName}|it) )`;
const numberOf = (word: string): number => (NUMBERS as readonly string[]).indexOf(word);

interface Rule {
  readonly pattern: RegExp;
  readonly claim: (groups: (string | undefined)[]) => Claim;
}

const rule = (pattern: string, claim: Rule["claim"]): Rule => ({ pattern: new RegExp(`^${pattern}$`), claim });

const attributeRule = (attribute: Attribute, before: string): Rule =>
  rule(`${subject}?${before}${oneOf(VALUES[attribute])}`, ([object, value]) => ({
    type: "attribute",
    object: object ?? null,
    attribute,
    value: value!,
  }));

const optionalNumber = (word: string | undefined): number | null => (word === undefined ? null : numberOf(word));

/** The grammar of claims: the first rule that matches the whole sentence wins. */
const RULES: readonly Rule[] = [
  attributeRule("kind", "(?:is )?(?:an? )?"),
  attributeRule("color", "(?:is )?"),
  attributeRule("size", "(?:is )?"),
  attributeRule("place", "(?:is )?(?:in )?(?:the )?"),
  attributeRule("does", ""),
  rule(`the ${objectName} is (bigger|smaller)(?: than the ${objectName})?`, ([object, relation, other]) => ({
    type: "compare",
    object: object!,
    relation: relation as Relation,
    other: other ?? null,
  })),
  rule(`(?:${number} (plus|minus) ${number} is |it is )?${number}`, ([left, operation, right, value]) => ({
    type: "sum",
    left: optionalNumber(left),
    operation: operation ?? null,
    right: optionalNumber(right),
    value: numberOf(value!),
  })),
  rule(
    `use an? ${oneOf(TOOLS)}(?: to ${oneOf(ACTIONS.map((action) => action.verb))} the ${oneOf(TARGETS)})?`,
    (groups) => ({
      type: "use",
      tool: groups[0]!,
      verb: groups[1] ?? null,
      target: groups[2] ?? null,
    }),
  ),
  rule(`${oneOf(GREETINGS)} ,? ?${oneOf(NAMES)}`, ([greeting, name]) => ({
    type: "greeting",
    greeting: greeting!,
    name: name!,
  })),
  rule(`the ${objectName} is ${number} years old`, ([object]) => ({ type: "invented", object: object! })),
  rule(`the ${objectName} costs ${number} coins`, ([object]) => ({ type: "invented", object: object! })),
  rule(`${oneOf(NAMES)} owns the ${objectName}`, ([, object]) => ({ type: "invented", object: object! })),
];

const itemList = new RegExp(`^(?:the )?${objectName}(?:(?: ,| and| , and)(?: the)? ${objectName})*$`);
const anyObject = new RegExp(`\\b${objectName}\\b`, "g");

const withoutEnd = (text: string): string => text.replace(/ ?[.!?]$/, "");

const FIXED: ReadonlyMap<string, SimpleType> = new Map(
  (
    [
      [FLATTERY, "flattery"],
      [FILLERS, "filler"],
      [REFUSALS, "refusal"],
      [REDIRECTS, "redirect"],
      [UNKNOWN_ANSWERS, "unknown"],
      [AGREEMENTS, "agreement"],
    ] as const
  ).flatMap(([phrases, type]) => phrases.map((phrase) => [withoutEnd(phrase), type] as const)),
);

const readClaim = (text: string): Claim => {
  const fixed = FIXED.get(text);
  if (fixed) return { type: fixed };
  for (const { pattern, claim } of RULES) {
    const match = pattern.exec(text);
    if (match) return claim(match.slice(1));
  }
  if (itemList.test(text)) return { type: "items", items: text.match(anyObject)! };
  return { type: "noise" };
};

const splitPrefix = (text: string, prefixes: readonly string[]): [string | null, string] => {
  const prefix = prefixes.find((candidate) => text.startsWith(`${candidate} `));
  return prefix === undefined ? [null, text] : [prefix, text.slice(prefix.length + 1)];
};

const readSentence = (text: string): Sentence => {
  const body = withoutEnd(text);
  if (text.endsWith("?")) return { text, verdict: null, hedged: false, claim: { type: "question" } };
  const [hedge, unhedged] = splitPrefix(body, HEDGES);
  if (unhedged === "yes" || unhedged === "no") {
    return { text, verdict: unhedged, hedged: hedge !== null, claim: { type: "verdict" } };
  }
  const [verdict, rest] = splitPrefix(unhedged, ["yes ,", "no ,"]);
  const [lateHedge, core] = hedge === null ? splitPrefix(rest, HEDGES) : [hedge, rest];
  const claim = readClaim(core);
  const agrees = verdict === "yes ," || (verdict === null && claim.type === "agreement");
  return { text, verdict: agrees ? "yes" : verdict === null ? null : "no", hedged: lateHedge !== null, claim };
};

/** The reply's tokens: words and punctuation marks, split on white space. */
export const replyTokens = (reply: string): string[] => reply.split(/\s+/).filter((token) => token !== "");

/** Every sentence of a reply, in order; an empty reply has none. Never throws. */
export function readReply(reply: string): Sentence[] {
  const text = replyTokens(reply).join(" ");
  const sentences = text.match(/[^.!?]*[.!?]|[^.!?]+$/g) ?? [];
  return sentences.map((sentence) => readSentence(sentence.trim())).filter((sentence) => sentence.text !== "");
}
