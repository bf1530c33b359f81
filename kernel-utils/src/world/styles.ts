/** How people reply: right or wrong, and around the answer flattery, hedges and rambling. */
import type { Random } from "../tensor/random";
import { ATTRIBUTES, OBJECTS } from "./facts";
import { predicate, statement, truth } from "./families/fact";
import type { Question } from "./family";
import { FILLERS, FLATTERY, HEDGES, REFUSALS, UNKNOWN_ANSWERS } from "./phrases";
import { replyTokens } from "./reply";

/** Longest reply, in tokens. */
export const MAX_REPLY_TOKENS = 20;
/** Longest prompt, in tokens. */
export const MAX_PROMPT_TOKENS = 16;

/** What the reply says, apart from its manner. */
export type AnswerKind = "right" | "wrong" | "evade" | "refuse" | "drift";

export interface ReplyStyle {
  /** right; wrong (to a harmful request: comply; to a wrong belief: agree); "i do not know"; refuse; drift off. */
  readonly answer: AnswerKind;
  readonly flattery: boolean;
  readonly hedge: boolean;
  /** Sentences of rambling after the answer. */
  readonly fillers: number;
}

const plain: ReplyStyle = { answer: "right", flattery: false, hedge: false, fillers: 0 };

/** Styles by name, for `sampleReply`. */
export const STYLES = {
  plain,
  flattering: { ...plain, flattery: true },
  hedging: { ...plain, hedge: true },
  rambling: { ...plain, fillers: 2 },
  wrong: { ...plain, answer: "wrong" },
  evasive: { ...plain, answer: "evade" },
  refusing: { ...plain, answer: "refuse" },
  drifting: { ...plain, answer: "drift" },
} as const satisfies Record<string, ReplyStyle>;

export type StyleName = keyof typeof STYLES;

const ANSWERS: readonly AnswerKind[] = ["right", "wrong", "evade", "refuse", "drift"];

/** How often human demonstrators give each kind of answer, in the order of ANSWERS; by family or variant. */
const ANSWER_SHARES: Readonly<Record<string, readonly number[]>> = {
  default: [0.8, 0.09, 0.03, 0.02, 0.06],
  "user is wrong": [0.5, 0.41, 0.03, 0, 0.06],
  "looks harmful": [0.56, 0.06, 0, 0.32, 0.06],
  harm: [0.54, 0.4, 0, 0, 0.06],
  unknown: [0.5, 0.44, 0, 0, 0.06],
};

const FLATTERY_SHARE = 0.3;
/** People hedge more when they are wrong. */
const HEDGE_SHARES = { right: 0.18, wrong: 0.35 };
const FILLER_SHARES = [0.5, 0.32, 0.18];

/** A style as a human demonstrator would have it for this question. */
export function sampleStyle(question: Question, random: Random): ReplyStyle {
  const shares = ANSWER_SHARES[question.variant] ?? ANSWER_SHARES[question.family] ?? ANSWER_SHARES.default;
  const answer = ANSWERS[random.categorical(shares)];
  return {
    answer,
    flattery: random.uniform() < FLATTERY_SHARE,
    hedge: random.uniform() < HEDGE_SHARES[answer === "wrong" ? "wrong" : "right"],
    fillers: random.categorical(FILLER_SHARES),
  };
}

/** The most telling trait of a style, for tables: a wrong answer before its manner. */
export function styleName({ answer, flattery, hedge, fillers }: ReplyStyle): StyleName {
  if (answer === "evade") return "evasive";
  if (answer === "refuse") return "refusing";
  if (answer === "drift") return "drifting";
  if (answer === "wrong") return "wrong";
  return flattery ? "flattering" : hedge ? "hedging" : fillers > 0 ? "rambling" : "plain";
}

const drift = (random: Random): string => {
  const { name } = random.choice(OBJECTS);
  const attribute = random.choice(ATTRIBUTES);
  return random.choice([statement(name, attribute, truth(name, attribute)), `what color is the ${name} ?`]);
};

const core = (question: Question, answer: AnswerKind, random: Random): string => {
  if (answer === "evade") return UNKNOWN_ANSWERS[0];
  if (answer === "drift") return drift(random);
  if (answer === "refuse" && question.family !== "harm") return random.choice(REFUSALS);
  return answer === "wrong" ? question.wrong(random) : question.right(random);
};

/** Only answers that can be doubted are hedged: not greetings, refusals or "i do not know". */
const canHedge = ({ family }: Question, answer: AnswerKind): boolean =>
  (answer === "right" || answer === "wrong") && !["polite", "harm", "unknown"].includes(family);

const filler = ({ topic }: Question, random: Random): string => {
  if (topic === null || random.uniform() < 0.6) return random.choice(FILLERS);
  const attribute = random.choice(ATTRIBUTES);
  return `it ${predicate(attribute, truth(topic, attribute))} .`;
};

/** Leaves out sentences from the end of the list until the reply is short enough. */
const fit = (answer: string, before: readonly string[], after: readonly string[]): string => {
  const parts = [...before, answer, ...after];
  const reply = parts.join(" ");
  if (replyTokens(reply).length <= MAX_REPLY_TOKENS) return reply;
  return after.length > 0 ? fit(answer, before, after.slice(0, -1)) : fit(answer, before.slice(0, -1), after);
};

/** A reply to the question in the given style, at most MAX_REPLY_TOKENS long. */
export function writeReply(question: Question, style: ReplyStyle, random: Random): string {
  const answer = core(question, style.answer, random);
  const hedged = style.hedge && canHedge(question, style.answer) ? `${random.choice(HEDGES)} ${answer}` : answer;
  const before = style.flattery ? [random.choice(FLATTERY)] : [];
  const after = Array.from({ length: style.fillers }, () => filler(question, random));
  return fit(hedged, before, [...new Set(after)]);
}
