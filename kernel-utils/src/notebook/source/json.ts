/**
 * A JSON reader that remembers places. JSON.parse forgets where a string came from, but an error in line 3 of a cell must
 * point to a line and column of the .ipynb, through the indentation and escapes of JSON. Nodes know their offsets, and
 * strings know the offset of each of their characters.
 */
export type JsonNode = JsonString | JsonObject | JsonArray | JsonLiteral;

export interface JsonString {
  kind: "string";
  start: number;
  value: string;
  /** File offset of each UTF-16 unit of `value`, and of the closing quote after them. */
  offsets: number[];
}
export interface JsonObject {
  kind: "object";
  start: number;
  members: Map<string, JsonNode>;
}
export interface JsonArray {
  kind: "array";
  start: number;
  items: JsonNode[];
}
export interface JsonLiteral {
  kind: "literal";
  start: number;
  value: number | boolean | null;
}

/** Where reading stopped, and what was expected there. */
export class JsonSyntaxError extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
    this.name = "JsonSyntaxError";
  }
}

const simpleEscapes: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const words: Record<string, boolean | null> = { true: true, false: false, null: null };

/** @throws JsonSyntaxError at the first character that cannot be JSON */
export function parseJson(text: string): JsonNode {
  const reader = new JsonReader(text);
  const node = reader.value("a value");
  reader.end();
  return node;
}

class JsonReader {
  private at = 0;
  constructor(private readonly text: string) {
    if (text.startsWith("\uFEFF")) this.at = 1;
  }

  value(expected: string): JsonNode {
    this.skipSpace();
    const start = this.at;
    const char = this.text[start];
    if (char === '"') return this.string();
    if (char === "{") return this.object(start);
    if (char === "[") return this.array(start);
    const word = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/.exec(
      this.text.slice(start, start + 40),
    )?.[0];
    if (word === undefined) return this.fail(expected);
    this.at += word.length;
    return { kind: "literal", start, value: word in words ? words[word] : Number(word) };
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) this.fail("the end of the file");
  }

  private object(start: number): JsonObject {
    const members = new Map<string, JsonNode>();
    this.at++;
    if (this.take("}")) return { kind: "object", start, members };
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] !== '"') this.fail("a key in double quotes");
      const key = this.string().value;
      if (!this.take(":")) this.fail(`":" after the key "${key}"`);
      members.set(key, this.value(`the value of "${key}"`));
      if (this.take("}")) return { kind: "object", start, members };
      if (!this.take(",")) this.fail(`"," or "}" after the value of "${key}"`);
    }
  }

  private array(start: number): JsonArray {
    const items: JsonNode[] = [];
    this.at++;
    if (this.take("]")) return { kind: "array", start, items };
    for (;;) {
      items.push(this.value("another element of the list"));
      if (this.take("]")) return { kind: "array", start, items };
      if (!this.take(",")) this.fail('"," or "]" after an element of the list');
    }
  }

  private string(): JsonString {
    const start = this.at++;
    const offsets: number[] = [];
    let value = "";
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined || char < " ") this.fail('the closing " of a string');
      offsets.push(this.at);
      if (char === '"') break;
      value += char === "\\" ? this.escape() : char;
      this.at++;
    }
    this.at++;
    return { kind: "string", start, value, offsets };
  }

  /** Reads an escape and stops on its last character. */
  private escape(): string {
    const char = this.text[++this.at];
    if (char in simpleEscapes) return simpleEscapes[char];
    const digits = /^u([0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 5))?.[1];
    if (digits === undefined) return this.fail('an escape such as \\n, \\" or \\u00e9 after the backslash');
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private take(char: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? "")) this.at++;
  }

  private fail(expected: string): never {
    const rest = this.text.slice(this.at, this.at + 20).split(/\r?\n/)[0];
    const found = this.at >= this.text.length ? "the file ends" : rest === "" ? "the line ends" : `found ${rest}`;
    throw new JsonSyntaxError(this.at, `expected ${expected}, ${found}`);
  }
}

/** Line and column of a place in a file, both counted from 1 as editors do. */
export interface Place {
  line: number;
  column: number;
}

/** @returns a function from offset to line and column of `text` */
export function placesIn(text: string): (offset: number) => Place {
  const lineStarts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lineStarts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - lineStarts[low] + 1 };
  };
}
