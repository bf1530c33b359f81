/** What cells may import: the packages that are in the bundle, each by the name that Node knows it by. */
import * as tf from "@tensorflow/tfjs";
import * as library from "kernel-utils";
import { CourseError } from "../../../kernel-utils/src/errors";
import fs from "../platform/fs";

const modules: Record<string, unknown> = { "@tensorflow/tfjs": tf, "kernel-utils": library, "node:fs": fs, fs };

/** @throws CourseError where the page has no such package */
export function loadModule(name: string): unknown {
  if (Object.hasOwn(modules, name)) return modules[name];
  const known = Object.keys(modules)
    .filter((one) => one !== "fs")
    .join(", ");
  throw new CourseError(
    "usage",
    `import: "${name}" is not in this page, which has ${known}; open the notebook in Jupyter`,
  );
}

export const defaultOf = (loaded: unknown): unknown => {
  const { default: value } = loaded as { default?: unknown };
  return value ?? loaded;
};
