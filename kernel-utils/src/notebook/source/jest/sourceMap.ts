/** Source maps, version 3: just the mappings, read and written. Lines and columns count from 0 here, as in the format. */
export interface Mapping {
  line: number;
  column: number;
  sourceLine: number;
  sourceColumn: number;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base-64 variable-length quantity: sign in the lowest bit, five bits a digit, the sixth says that more follow. */
function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const five = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? five | 32 : five];
  } while (rest > 0);
  return text;
}

function decodeNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const char of segment) {
    const digit = digits.indexOf(char);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** @param mappings in order of line and column; all of one source */
export function encodeMappings(mappings: Mapping[]): string {
  const lines: string[][] = [];
  let previous: Mapping = { line: -1, column: 0, sourceLine: 0, sourceColumn: 0 };
  for (const mapping of mappings) {
    while (lines.length <= mapping.line) lines.push([]);
    const column = mapping.column - (mapping.line === previous.line ? previous.column : 0);
    const source = [0, mapping.sourceLine - previous.sourceLine, mapping.sourceColumn - previous.sourceColumn];
    lines[mapping.line].push([column, ...source].map(encodeNumber).join(""));
    previous = mapping;
  }
  return lines.map((segments) => segments.join(",")).join(";");
}

/** The mappings that name a source; of a map with one source. */
export function decodeMappings(text: string): Mapping[] {
  let sourceLine = 0;
  let sourceColumn = 0;
  return text.split(";").flatMap((segments, line) => {
    let column = 0;
    return segments.split(",").flatMap((segment): Mapping[] => {
      const [columnStep, source, lineStep, sourceColumnStep] = decodeNumbers(segment);
      column += columnStep ?? 0;
      if (source === undefined) return [];
      sourceLine += lineStep;
      sourceColumn += sourceColumnStep;
      return [{ line, column, sourceLine, sourceColumn }];
    });
  });
}
