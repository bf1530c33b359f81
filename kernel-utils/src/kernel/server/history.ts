/** What has been run in this session, as `history_request` asks for it. */
interface Entry {
  line: number;
  input: string;
  output: string | null;
}

type Row = [session: number, line: number, text: string | [string, string | null]];

/** The one session there is. */
const session = 1;

export class History {
  private readonly entries: Entry[] = [];

  add(line: number, input: string): void {
    this.entries.push({ line, input, output: null });
  }

  /** The text of a result, for those who ask for outputs. */
  addOutput(line: number, text: string): void {
    const entry = this.entries.find((one) => one.line === line);
    if (entry) entry.output = text;
  }

  answer(request: Record<string, unknown>): Row[] {
    const { hist_access_type: access, output = false } = request;
    const row = ({ line, input, output: text }: Entry): Row => [session, line, output === true ? [input, text] : input];
    const n = typeof request.n === "number" ? request.n : undefined;
    if (access === "range") return this.range(request).map(row);
    if (access === "search") return last(this.search(request), n).map(row);
    return last(this.entries, n).map(row);
  }

  /** Session 0 and negative ones count back from this one; there is only this one. */
  private range({ session: asked = 0, start = 0, stop }: Record<string, unknown>): Entry[] {
    if (asked !== 0 && asked !== session) return [];
    const end = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
    return this.entries.filter(({ line }) => line >= Number(start) && line < end);
  }

  private search({ pattern = "*", unique = false }: Record<string, unknown>): Entry[] {
    const glob = globExpression(String(pattern));
    const found = this.entries.filter(({ input }) => glob.test(input));
    if (unique !== true) return found;
    const latest = new Map(found.map((entry) => [entry.input, entry]));
    return found.filter((entry) => latest.get(entry.input) === entry);
  }
}

const last = <T>(items: T[], count: number | undefined): T[] =>
  count === undefined ? items : count <= 0 ? [] : items.slice(-count);

/** `*` and `?` as in file names. */
function globExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, "[\\s\\S]*").replace(/\?/g, "[\\s\\S]")}$`);
}
