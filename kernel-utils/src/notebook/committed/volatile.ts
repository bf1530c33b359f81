/** What changes from run to run and from machine to machine, and so has no place in a committed output. */

interface Rule {
  /** How `align check` names what it found. */
  what: string;
  pattern: RegExp;
  /** What the refresh writes instead. */
  instead: string;
}

/** In this order: what a longer rule removes, a shorter one need not find. */
const rules: Rule[] = [
  // A model read from the cache is the model that was trained: only the latter is told.
  { what: "a cached model's path", pattern: /read from \S*\.cache\/models\/\S+ \((.*?)\)(?=$|\n| \()/g, instead: "$1" },
  // What another machine has and this one lacks.
  { what: "a missing backend", pattern: /^ {2}(?:not \w+:|(?:no |not )?native BLAS).*\n?/gm, instead: "" },
  { what: "a number of threads", pattern: /, \d+ threads?\b/g, instead: "" },
  { what: "a stack of files", pattern: /^ +at .*(?:[/\\](?:dist|node_modules)[/\\]|\(?node:).*\n?/gm, instead: "" },
  { what: "a date", pattern: /\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?/g, instead: "…" },
  {
    what: "a time",
    pattern: /\b\d+(?:\.\d+)? ?(?:s|ms|µs|seconds|milliseconds|steps\/s|tokens\/s)(?![\w/]|\.\w)/g,
    instead: "… s",
  },
  {
    what: "an absolute path",
    pattern: /(?<![\w.:/<])\/(?:home|root|Users|tmp|work|opt|usr|var|mnt|private)\/[^\s"'<>)]*/g,
    instead: "…",
  },
  { what: "an absolute path", pattern: /\b[A-Za-z]:\\[^\s"'<>)]+/g, instead: "…" },
];

/** @param text plain text, or HTML whose tags stay as they are */
export function withoutVolatile(text: string): string {
  return rules.reduce((left, { pattern, instead }) => left.replace(pattern, instead), text);
}

/** The first thing in a text that a committed output may not hold; undefined where there is none. */
export function findVolatile(text: string): { what: string; found: string } | undefined {
  for (const { what, pattern } of rules) {
    const found = new RegExp(pattern.source, pattern.flags.replace("g", "")).exec(text)?.[0];
    if (found !== undefined) return { what, found: found.trim() };
  }
  return undefined;
}
