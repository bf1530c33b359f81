/** Publishes what comes of cells: outputs in their order, and errors as readers want them. */
import type { FromExecutor } from "../execute/protocol";
import type { Message } from "../message";
import type { Cell, Report } from "./cell";
import type { Death } from "./executorProcess";
import { JoinedStreams } from "./joinedStreams";
import { diagnosticsContent, type ErrorContent, errorContent } from "./traceback";

/** How the kernel speaks to the front end. */
export interface Voice {
  publish(request: Message, type: string, content: object, metadata?: object): void;
  reply(request: Message, type: string, content: object): void;
  askInput(request: Message, prompt: string, password: boolean): void;
}

export type OutputMessage = Extract<FromExecutor, { type: "stream" | "display" | "clear" | "result" }>;

export class Press {
  private readonly sources = new Map<string, string>();
  private readonly streams = new JoinedStreams((cell, name, text) =>
    this.voice.publish(cell.request, "stream", { name, text }),
  );

  constructor(private readonly voice: Voice) {}

  /** From now on stack frames can be shown with lines of this cell. */
  remember(cell: Cell): void {
    this.sources.set(cell.label, cell.code);
  }

  output(cell: Cell, message: OutputMessage): void {
    if (message.type === "stream") {
      this.stream(cell, message.name, message.text);
      return;
    }
    this.flush();
    if (cell.isSilent) return;
    const publish = (type: string, content: object): void => this.voice.publish(cell.request, type, content);
    switch (message.type) {
      case "display": {
        const { data, metadata, displayId, update } = message;
        const transient = displayId === undefined ? {} : { display_id: displayId };
        publish(update ? "update_display_data" : "display_data", { data, metadata, transient });
        break;
      }
      case "clear":
        publish("clear_output", { wait: message.wait });
        break;
      case "result":
        publish("execute_result", { data: message.data, metadata: message.metadata, execution_count: cell.count });
    }
  }

  stream(cell: Cell | undefined, name: "stdout" | "stderr", text: string): void {
    if (cell && !cell.isSilent) this.streams.add(cell, name, text);
  }

  /** @param report goes along for clients that judge by themselves */
  error(cell: Cell, content: ErrorContent, report?: Report | { event: "died"; death: Death }): void {
    this.flush();
    if (!cell.isSilent) this.voice.publish(cell.request, "error", content, report ? { alignment: { report } } : {});
  }

  /** A failure that teaches: shown, and no error. */
  expected(cell: Cell, report: Report): void {
    this.stream(cell, "stderr", `${this.contentOf(cell, report).traceback.join("\n")}\n`);
  }

  /** What is still waiting, before anything else: order is kept. */
  flush(): void {
    this.streams.flush();
  }

  contentOf(cell: Cell, report: Report): ErrorContent {
    if (report.event === "diagnostics") return diagnosticsContent(report.items, cell.label, cell.code);
    return errorContent(report, (label) => this.sources.get(label));
  }
}

/** An error of the kernel's own making. */
export const plainError = (ename: string, evalue: string): ErrorContent => ({
  ename,
  evalue,
  traceback: [`${ename}: ${evalue}`],
});
