import { readFileSync } from "node:fs";
import path from "node:path";
import { languageInfo } from "../../languageInfo";

const versionOf = (manifest: string): string => JSON.parse(readFileSync(manifest, "utf8")).version;

export function kernelInfo(): object {
  const language = languageInfo();
  const own = versionOf(path.join(__dirname, "..", "..", "..", "package.json"));
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "alignment",
    implementation_version: own,
    language_info: language,
    banner: `TypeScript ${language.version} on Node ${process.version.slice(1)}: the kernel of alignment-notebooks ${own}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node", url: `https://nodejs.org/docs/latest-v${process.versions.node.split(".")[0]}.x/api/` },
    ],
    debugger: false,
    supported_features: [],
  };
}
