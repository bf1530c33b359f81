/**
 * The first key that some object of a valid JSON text holds twice, if any. `JSON.parse` keeps the last one in silence,
 * other readers the first: such a file means different things to different programs.
 */
export function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // per bracket: the keys so far, or undefined in an array
  let before = ""; // the string that ended last: a key, if a colon follows
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      before = text.slice(at, end);
      at = end - 1;
    } else if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === ":") {
      const key = JSON.parse(before) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** Behind the quote that closes the string: the next one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    let backslashes = 0;
    while (text[at - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}
