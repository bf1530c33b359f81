import { Template } from "@huggingface/jinja";
import { CourseError, messageOf } from "../errors";
import type { ChatText } from "./chat";
import { tokenText } from "./huggingFaceSettings";

type Fields = Readonly<Record<string, unknown>>;

/** A checkpoint's own way to write a conversation as text, in the template language Jinja. */
export class ChatTemplate {
  private constructor(
    private readonly template: Template,
    private readonly names: Fields,
  ) {}

  /** The template of a `tokenizer_config.json`, the one called "default" if there are several; undefined without one. */
  static from(settings: Fields): ChatTemplate | undefined {
    const source = sourceOf(settings.chat_template);
    if (source === undefined) return undefined;
    const roles = ["bos_token", "eos_token", "pad_token", "unk_token"];
    const names = Object.fromEntries(roles.map((role) => [role, tokenText(settings[role])]));
    try {
      return new ChatTemplate(new Template(source), names);
    } catch (cause) {
      return refuse(`chat_template cannot be read (${messageOf(cause).slice(0, 120)})`, cause);
    }
  }

  /** The conversation up to where a reply is due. */
  render(prompt: ChatText): string {
    const messages = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
    try {
      return this.template.render({ ...this.names, messages, add_generation_prompt: true });
    } catch (cause) {
      return refuse(`chat_template cannot render this prompt (${messageOf(cause).slice(0, 120)})`, cause);
    }
  }
}

function sourceOf(template: unknown): string | undefined {
  if (typeof template === "string") return template;
  if (!Array.isArray(template)) return undefined;
  const named = template as { name?: unknown; template?: unknown }[];
  const source = named.find((entry) => entry?.name === "default")?.template;
  return typeof source === "string" ? source : undefined;
}

function refuse(what: string, cause: unknown): never {
  throw new CourseError("bad-value", `readTokenizer: ${what}; see the template in tokenizer_config.json`, { cause });
}
