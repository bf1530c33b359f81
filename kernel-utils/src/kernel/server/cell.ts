/** One execute request on its way through the kernel. */
import type { DiagnosticsReport, ErrorReport } from "../cells/reports";
import type { Message } from "../message";

/** What the runner and we tell each other in the `alignment` field of a message's metadata. */
export interface RequestNote {
  /** How the client names the cell. */
  cell?: string;
  /** The client listens to reports itself, waits for timers itself, and knows what a cell is expected to do. */
  judged?: boolean;
}

export type Report = ErrorReport | DiagnosticsReport;

export class Cell {
  readonly code: string;
  readonly isSilent: boolean;
  readonly isStored: boolean;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
  readonly userExpressions: Record<string, string>;
  /** The client judges by itself. */
  readonly isJudged: boolean;
  /** The code this cell says it fails with. */
  readonly expected: string | undefined;
  /** What has gone wrong in it so far. */
  readonly reports: Report[] = [];
  isRunning = true;
  private readonly note: RequestNote;

  constructor(
    readonly request: Message,
    readonly run: string,
    readonly count: number,
  ) {
    const { content, metadata } = request;
    this.code = String(content.code ?? "");
    this.isSilent = content.silent === true;
    this.isStored = !this.isSilent && content.store_history !== false;
    this.allowStdin = content.allow_stdin !== false;
    this.stopOnError = content.stop_on_error !== false;
    this.userExpressions = (content.user_expressions ?? {}) as Record<string, string>;
    const own = metadata.alignment as RequestNote | undefined;
    this.note = { ...own, cell: own?.cell ?? (typeof metadata.cellId === "string" ? metadata.cellId : undefined) };
    this.isJudged = own?.judged === true;
    this.expected = this.isJudged ? undefined : /^\/\/\|\s*expect-error:\s*(\S+)\s*(\n|$)/.exec(this.code)?.[1];
  }

  /** As the client knows the cell. */
  get name(): string | null {
    return this.note.cell ?? null;
  }

  /** As readers know the cell: by a readable id, else by the number beside it. */
  get label(): string {
    const { cell } = this.note;
    const isReadable = cell !== undefined && (this.isJudged || !/^(?=\D*\d)[0-9a-f]{8,}(-[0-9a-f]{4,})*$/.test(cell));
    return isReadable ? cell.replace(/[[\]\s:]/g, "_") : String(this.count);
  }

  /** A front end that nobody sits at: it hears no error that comes after the reply. */
  get isBatch(): boolean {
    return !this.allowStdin && !this.isJudged;
  }

  /** Whether all that went wrong is what the cell says it fails with. */
  get isAsExpected(): boolean {
    return this.reports.length > 0 && this.reports.every((report) => this.isExpected(report));
  }

  private isExpected(report: Report): boolean {
    if (report.event === "diagnostics") return report.items.every(({ code }) => `TS${code}` === this.expected);
    return report.name === this.expected || report.code === this.expected;
  }
}
