import type { Place } from "../json";
import { encodeMappings, type Mapping } from "./sourceMap";

/** Text that came from somewhere else, and where each part of it was written. */
export interface TracedText {
  text: string;
  /** Offsets into `text` in ascending order, with the place of each in the original file. */
  traces: { offset: number; place: Place }[];
}

/** A file under construction, written partly by us and partly copied from traced text. */
export class MappedText {
  text = "";
  private readonly mappings: Mapping[] = [];
  private line = 0;
  private column = 0;

  write(text: string): this {
    this.text += text;
    const lines = text.split("\n");
    this.line += lines.length - 1;
    this.column = lines.length > 1 ? lines[lines.length - 1].length : this.column + text.length;
    return this;
  }

  /** Writes text of our own that stands for what the traced text has at `offset`. */
  replace({ traces }: TracedText, offset: number, text: string): this {
    const nearest = traces.filter((trace) => trace.offset <= offset).at(-1);
    if (nearest && text !== "") this.mark(nearest.place);
    return this.write(text);
  }

  copy({ text, traces }: TracedText, start: number, end: number): this {
    const before = traces.filter(({ offset }) => offset < start).at(-1);
    const inside = traces.filter(({ offset }) => offset >= start && offset < end);
    let at = start;
    if (before && inside[0]?.offset !== start) this.mark(before.place);
    for (const { offset, place } of inside) {
      this.write(text.slice(at, offset));
      this.mark(place);
      at = offset;
    }
    return this.write(text.slice(at, end));
  }

  /** A version 3 source map with one source. */
  map(source: string, content: string): string {
    const mappings = encodeMappings(this.mappings);
    return JSON.stringify({ version: 3, sources: [source], sourcesContent: [content], names: [], mappings });
  }

  private mark(place: Place): void {
    const { line, column } = this;
    this.mappings.push({ line, column, sourceLine: place.line - 1, sourceColumn: place.column - 1 });
  }
}
