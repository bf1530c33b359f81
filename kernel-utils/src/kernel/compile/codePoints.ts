/** Jupyter counts characters, JavaScript counts UTF-16 units: 😀 is one of the first and two of the second. */
export const unitsOf = (text: string, characters: number): number => [...text].slice(0, characters).join("").length;

export const charactersOf = (text: string, units: number): number => [...text.slice(0, units)].length;
