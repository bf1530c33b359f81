const longest = 60;

/** A value out of a file, cut so that it fits into one line of an error, whatever it is. */
export function show(value: unknown): string {
  const text = stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "something nested too deeply to show";
  }
}

/** A tensor's or file's name: bare if it is an ordinary one, quoted and escaped if not. */
export const showName = (name: string): string => (/^[\w.-]{1,80}$/.test(name) ? name : show(name));
