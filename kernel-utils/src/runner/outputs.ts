/** Collects what a kernel publishes into the outputs of cells, the way a notebook front end shows them. */
import type { Message } from "../kernel";

/** One entry of a cell's `outputs` in nbformat 4.5. */
export type Output =
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: object }
  | { output_type: "execute_result"; data: MimeBundle; metadata: object; execution_count: number | null }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

export type MimeBundle = Record<string, unknown>;

/** Kept of one cell's streams, in characters: a loop that prints for ever must not fill the memory. */
const longestStream = 4_000_000;

/** The outputs of one cell. */
class OutputArea {
  readonly outputs: Output[] = [];
  private clearBeforeNext = false;
  private streamed = 0;

  add(output: Output): void {
    if (this.clearBeforeNext) this.clear(false);
    const last = this.outputs.at(-1);
    if (output.output_type === "stream") {
      const text = this.limited(output.text);
      if (last?.output_type === "stream" && last.name === output.name) last.text += text;
      else if (text !== "") this.outputs.push({ ...output, text });
    } else {
      this.outputs.push(output);
    }
  }

  clear(wait: boolean): void {
    this.clearBeforeNext = wait;
    if (wait) return;
    this.outputs.length = 0;
    this.streamed = 0;
  }

  private limited(text: string): string {
    const room = longestStream - this.streamed;
    this.streamed += text.length;
    if (text.length <= room) return text;
    return room < 0 ? "" : `${text.slice(0, room)}\n[the rest of this cell's output was not kept]\n`;
  }
}

/** The outputs of a notebook's cells; late ones go to the cell they answer, updates to wherever the display stands. */
export class NotebookOutputs {
  private readonly areas = new Map<string, OutputArea>();
  private readonly displays = new Map<string, { data: MimeBundle; metadata: object }[]>();

  of(cell: string): Output[] {
    return this.area(cell).outputs;
  }

  add(cell: string, output: Output): void {
    this.area(cell).add(output);
  }

  /** Takes one message of the kernel's publish socket. */
  take(cell: string, { header, content }: Message): void {
    switch (header.msg_type) {
      case "stream":
        this.add(cell, { output_type: "stream", name: String(content.name), text: String(content.text) });
        break;
      case "display_data":
        this.display(cell, { output_type: "display_data", ...bundle(content) }, content);
        break;
      case "execute_result": {
        const execution_count = (content.execution_count as number | undefined) ?? null;
        this.display(cell, { output_type: "execute_result", ...bundle(content), execution_count }, content);
        break;
      }
      case "update_display_data":
        for (const shown of this.displays.get(displayId(content) ?? "") ?? []) Object.assign(shown, bundle(content));
        break;
      case "clear_output":
        this.area(cell).clear(content.wait === true);
        break;
      case "error": {
        const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
        this.add(cell, {
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback,
        });
        break;
      }
    }
  }

  private display(cell: string, output: Output & { data: MimeBundle; metadata: object }, content: Message["content"]) {
    const id = displayId(content);
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), output]);
    this.add(cell, output);
  }

  private area(cell: string): OutputArea {
    const area = this.areas.get(cell) ?? new OutputArea();
    this.areas.set(cell, area);
    return area;
  }
}

const bundle = (content: Message["content"]): { data: MimeBundle; metadata: object } => ({
  data: (content.data ?? {}) as MimeBundle,
  metadata: (content.metadata ?? {}) as object,
});

const displayId = (content: Message["content"]): string | undefined =>
  (content.transient as { display_id?: string } | undefined)?.display_id;
