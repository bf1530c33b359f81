/** Files a page carries beside itself. */
export interface Asset {
  /** Below the folder of the page, with forward slashes. */
  path: string;
  content: string | Uint8Array;
  /** Taken by the site's bundler, as pictures must be; the rest is copied as it is. */
  isBundled: boolean;
}

/** Collects the files of one page and names them after the cell that shows them. */
export class Assets {
  readonly files: Asset[] = [];
  private readonly counts = new Map<string, number>();

  /** @param folder of the page's files, below the page's own folder */
  constructor(private readonly folder: string) {}

  /** A stem no other output of the cell has: `exact`, then `exact-2`. */
  stem(cell: string): string {
    const count = (this.counts.get(cell) ?? 0) + 1;
    this.counts.set(cell, count);
    return count === 1 ? cell : `${cell}-${count}`;
  }

  /** A file the page's scripts ask for. @returns its address, from the page */
  add(name: string, content: string | Uint8Array): string {
    const path = `${this.folder}/${name}`;
    this.files.push({ path, content, isBundled: false });
    return path;
  }

  /** A picture. @returns its address as Markdown and HTML write it, for the bundler to replace */
  addPicture(name: string, content: string | Uint8Array): string {
    const path = `${this.folder}/${name}`;
    this.files.push({ path, content, isBundled: true });
    return `./${path}`;
  }
}
