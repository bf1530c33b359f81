import { CourseError } from "../errors";

/** One turn of a conversation, as the ecosystem's data sets write it. */
export interface ChatMessage {
  role: "user" | "assistant";
  content: string;
}

/** A prompt or reply of a record: plain text, or the turns of a conversation. */
export type ChatText = string | readonly { role: string; content: string }[];

/** The conversation as the words the model sees; `addGenerationPrompt` ends it where a reply is due. */
export function renderChat(messages: ChatText, options: { addGenerationPrompt?: boolean } = {}): string {
  const turns = typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
  const text = ["<bos>", ...turns.map(renderTurn)];
  if (options.addGenerationPrompt) text.push("<assistant>");
  return text.join(" ");
}

function renderTurn({ role, content }: { role: string; content: string }): string {
  if (role === "user") return `<user> ${content}`;
  if (role === "assistant") return `<assistant> ${content} <eos>`;
  throw new CourseError(
    "bad-value",
    `renderChat: role "${role}" is not in this chat template; use "user" or "assistant"`,
  );
}

/** The text of a reply: the string itself, or the one assistant turn that it must be. */
export function replyText(reply: ChatText): string {
  if (typeof reply === "string") return reply;
  if (reply.length === 1 && reply[0].role === "assistant") return reply[0].content;
  const roles = reply.map((turn) => turn.role).join(", ");
  throw new CourseError("bad-record", `replyText: a reply is one assistant turn, got [${roles}]; split the record`);
}

/** The same template for Hugging Face's `apply_chat_template`. */
export const chatTemplate = [
  "{{ '<bos>' }}",
  "{% for message in messages %}",
  "{% if message['role'] == 'user' %}{{ ' <user> ' + message['content'] }}",
  "{% elif message['role'] == 'assistant' %}{{ ' <assistant> ' + message['content'] + ' <eos>' }}",
  "{% else %}{{ raise_exception('roles are user and assistant') }}{% endif %}",
  "{% endfor %}",
  "{% if add_generation_prompt %}{{ ' <assistant>' }}{% endif %}",
].join("");
