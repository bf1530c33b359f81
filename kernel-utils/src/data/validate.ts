/** What a record must look like. A problem is a sentence: what is wrong, with the value seen; the way out. */
import type { RecordKind } from "./records";

/** A parsed JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Looks at one field or at several together; a sentence where something is wrong, else null. */
type Check = (fields: Fields) => string | null;

const ROLES = ["system", "user", "assistant", "tool"];
const VOTES = ["chosen", "rejected", "tie"];

/** The value as it stands in the file, cut short. */
const show = (value: unknown): string => {
  const text = typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

const missing = (name: string, fields: Fields): string => {
  const others = Object.keys(fields).slice(0, 6).join(", ") || "none";
  return `"${name}" is missing (fields here: ${others}); add it`;
};

const messageProblem = (name: string, message: unknown, index: number): string | null => {
  const { role, content } = (message ?? {}) as Record<string, unknown>;
  const where = `"${name}" message ${index + 1}`;
  if (typeof role !== "string" || !ROLES.includes(role)) {
    return `${where} has role ${show(role)}; use ${ROLES.join(", ")}`;
  }
  if (typeof content !== "string" || content.trim() === "") {
    return `${where} has content ${show(content)}; give it text`;
  }
  return null;
};

const messagesProblem = (name: string, messages: readonly unknown[], last: string): string | null => {
  if (messages.length === 0) return `"${name}" is an empty list; give it at least one {role, content} message`;
  for (const [index, message] of messages.entries()) {
    const problem = messageProblem(name, message, index);
    if (problem !== null) return problem;
  }
  const { role } = messages[messages.length - 1] as { role: string };
  if ((role === "assistant") === (last === "assistant")) return null;
  return `"${name}" ends with a message of role "${role}"; it must end with ${last === "assistant" ? "the assistant's" : "what is to be answered"}`;
};

/** Non-empty text, or chat messages that end where the field ends. */
const text =
  (name: string, last: "user" | "assistant"): Check =>
  (fields) => {
    const value = fields[name];
    if (value === undefined) return missing(name, fields);
    if (Array.isArray(value)) return messagesProblem(name, value, last);
    if (typeof value !== "string") return `"${name}" is ${show(value)}; write text or a list of {role, content}`;
    return value.trim() === "" ? `"${name}" is empty; write the text or drop the record` : null;
  };

const differs: Check = ({ chosen, rejected }) =>
  JSON.stringify(chosen) === JSON.stringify(rejected)
    ? `"chosen" equals "rejected" (${show(chosen)}); drop the pair, it has no gradient`
    : null;

const margin: Check = ({ margin }) =>
  margin === undefined || (typeof margin === "number" && Number.isFinite(margin))
    ? null
    : `"margin" is ${show(margin)}; write a finite number or leave it out`;

const annotators: Check = ({ annotators }) => {
  if (annotators === undefined) return null;
  if (!Array.isArray(annotators) || annotators.length === 0) {
    return `"annotators" is ${show(annotators)}; write a list of "chosen", "rejected" or "tie", or leave it out`;
  }
  const index = annotators.findIndex((vote) => !VOTES.includes(vote));
  return index < 0
    ? null
    : `"annotators" entry ${index + 1} is ${show(annotators[index])}; use "chosen", "rejected" or "tie"`;
};

const source: Check = ({ source }) =>
  source === undefined || typeof source === "string" ? null : `"source" is ${show(source)}; write text or leave it out`;

const label: Check = (fields) => {
  if (fields.label === undefined) return missing("label", fields);
  return typeof fields.label === "boolean" ? null : `"label" is ${show(fields.label)}; write true or false, unquoted`;
};

const prompt = text("prompt", "user");
const reply = (name: string): Check => text(name, "assistant");

const CHECKS: Readonly<Record<RecordKind, readonly Check[]>> = {
  instruction: [prompt, reply("completion")],
  preference: [prompt, reply("chosen"), reply("rejected"), differs, margin, annotators, source],
  feedback: [prompt, reply("completion"), label],
};

export const RECORD_KINDS = Object.keys(CHECKS) as RecordKind[];

/** The first thing wrong with a value as a record of this kind, or null. */
export function recordProblem(kind: RecordKind, value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `${show(value)} is no JSON object; write one {…} a line`;
  }
  for (const check of CHECKS[kind]) {
    const problem = check(value as Fields);
    if (problem !== null) return problem;
  }
  return null;
}
