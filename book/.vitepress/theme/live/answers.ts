/** What a learner wrote and solved, kept by the browser: one entry a notebook, only cells that differ from the course. */
export interface Answers {
  /** Texts by cell. */
  cells: Record<string, string>;
  /** Exercises whose check has passed. */
  passed: string[];
}

export interface TextStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export const answersKey = (notebook: string): string => `alignment-notebooks/answers/${notebook}`;

const none = (): Answers => ({ cells: {}, passed: [] });

const isAnswers = (value: unknown): value is Answers => {
  const { cells, passed } = (value ?? {}) as Partial<Record<keyof Answers, unknown>>;
  return (
    typeof cells === "object" &&
    cells !== null &&
    Object.values(cells).every((text) => typeof text === "string") &&
    Array.isArray(passed) &&
    passed.every((id) => typeof id === "string")
  );
};

/** Nothing where nothing is kept, or where what is kept is not ours. */
export function readAnswers(store: TextStore, notebook: string): Answers {
  try {
    const value: unknown = JSON.parse(store.getItem(answersKey(notebook)) ?? "null");
    return isAnswers(value) ? { cells: { ...value.cells }, passed: [...value.passed] } : none();
  } catch {
    return none();
  }
}

/** @returns false where the browser keeps nothing: private windows, a full store */
export function keepAnswers(store: TextStore, notebook: string, answers: Answers): boolean {
  try {
    const isEmpty = Object.keys(answers.cells).length === 0 && answers.passed.length === 0;
    if (isEmpty) store.removeItem(answersKey(notebook));
    else store.setItem(answersKey(notebook), JSON.stringify(answers));
    return true;
  } catch {
    return false;
  }
}

interface NotebookFile {
  cells: { id?: string; source: string | string[]; outputs?: unknown[]; execution_count?: number | null }[];
}

/** The notebook's own file with the learner's cells in it, to be opened in Jupyter or handed in. */
export function notebookWithAnswers(file: NotebookFile, sources: ReadonlyMap<string, string>): NotebookFile {
  const cells = file.cells.map((cell) => {
    const source = sources.get(cell.id ?? "");
    if (source === undefined) return cell;
    return { ...cell, source: source.split(/(?<=\n)/), outputs: [], execution_count: null };
  });
  return { ...file, cells };
}
