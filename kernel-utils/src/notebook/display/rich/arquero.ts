/** Arquero's tables show themselves, whenever the notebook loads Arquero; loading it takes longer than the rest of us. */
import type { MimeBundle } from "../host";
import { rowsBundle, type TableLike } from "../table";
import { counted } from "./counted";
import { showAs } from "./showAs";

interface ArqueroTable extends TableLike {
  /** Of the rows that a filter has left. */
  numRows(): number;
}

const shownRows = 20;

/** The first rows, and how many more there are. */
export function arqueroBundle(table: ArqueroTable): MimeBundle {
  const count = table.numRows();
  const columns = table.columnNames();
  const caption = `${brief(table)}${count > shownRows ? `, the first ${shownRows}` : ""}`;
  const rows = table.objects({ limit: shownRows });
  const left = count - shownRows;
  return rowsBundle(rows, { caption, columns }, left > 0 ? [`… and ${counted(left, "more row")}`] : []);
}

const brief = (table: ArqueroTable): string =>
  `Table of ${counted(table.numRows(), "row")} and ${counted(table.columnNames().length, "column")}`;

/** @param library what requiring "arquero" gave */
export function showArqueroTables(library: unknown): void {
  const { ColumnTable } = (library ?? {}) as { ColumnTable?: { prototype: ArqueroTable } };
  if (ColumnTable) showAs(ColumnTable.prototype, arqueroBundle, brief);
}

type Load = (this: unknown, request: string, ...rest: unknown[]) => unknown;
/** Node's `module`, as far as it is listened to. */
export interface Loader {
  _load: Load;
}

/**
 * Waits for Arquero to be required. Node tells nobody when a module is loaded before version 22, so this listens where
 * every `require` passes, until it has heard what it waits for.
 */
export function awaitArquero(loader: Loader, alreadyLoaded: NodeJS.Dict<{ exports: unknown }> = {}): void {
  const loaded = Object.keys(alreadyLoaded).find((file) => isArquero(file, alreadyLoaded[file]?.exports));
  if (loaded === undefined) listen(loader);
  else showArqueroTables(alreadyLoaded[loaded]?.exports);
}

function listen(loader: Loader): void {
  const before = loader._load;
  let isWaiting = true;
  const listening: Load = function (this: unknown, request, ...rest) {
    const library = before.call(this, request, ...rest);
    if (isWaiting && isArquero(String(request), library)) {
      isWaiting = false;
      if (loader._load === listening) loader._load = before; // unless somebody else listens behind us
      showArqueroTables(library);
    }
    return library;
  };
  loader._load = listening;
}

const isArquero = (name: string, library: unknown): boolean =>
  /(^|[\\/])arquero([\\/]|$)/.test(name) && typeof library === "object" && library !== null && "ColumnTable" in library;
