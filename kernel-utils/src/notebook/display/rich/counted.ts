/** "1 row", "2,400 rows", "9 families". */
export function counted(count: number, what: string): string {
  const many = /[^aeiou]y$/.test(what) ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? what : many}`;
}
