import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { CourseError } from "../errors";
import { nearestTo } from "../nearest";

/** The course's table of contents, which JupyterLab shows as a page with links to the notebooks. */
const contents = "README.md";

/**
 * The file to open, from the project's folder, with slashes.
 * @param asked a notebook's file, its name (`06-dpo`), its number (`06`) or its topic (`dpo`); none opens the contents
 * @throws CourseError `usage` with the nearest name
 */
export function startPage(project: string, asked?: string): string {
  const folder = path.join(project, "notebooks");
  const notebooks = readdirSync(folder)
    .filter((name) => name.endsWith(".ipynb"))
    .sort();
  if (asked === undefined) return pathOf(existsSync(path.join(folder, contents)) ? contents : (notebooks[0] ?? ""));
  const wanted = path.basename(asked).replace(/\.ipynb$/, "");
  const names = notebooks.map((file) => file.replace(/\.ipynb$/, ""));
  const matching = names.filter((name) => name === wanted || topicsOf(name).includes(wanted));
  if (matching.length === 1) return pathOf(`${matching[0]}.ipynb`);
  const nearest = nearestTo(wanted, [...names, ...names.flatMap(topicsOf)]);
  const way = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean "${nearest}"?`;
  throw new CourseError("usage", `align lab: there is no notebook ${JSON.stringify(asked)} in ${folder}; ${way}`);
}

/** `06-dpo`: its number and its topic. */
const topicsOf = (name: string): string[] => {
  const [, number, topic] = /^(\d+)-(.+)$/.exec(name) ?? [];
  return number === undefined ? [] : [number, topic];
};

const pathOf = (name: string): string => `notebooks/${name}`;
