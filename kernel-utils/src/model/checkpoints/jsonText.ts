/**
 * The first key that some object of a valid JSON text holds twice, if any. `JSON.parse` keeps the last one in silence,
 * other readers the first: such a file means different things to different programs.
 */
export function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // per bracket: the keys so far, or undefined in an array
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;
  let before: string | undefined;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(undefined);
    else if (found === "}" || found === "]") open.pop();
    else if (found === ":" && before?.startsWith('"')) {
      const key = JSON.parse(before) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    before = found;
  }
  return undefined;
}
