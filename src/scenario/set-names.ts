import { resolvePath } from "./files.js";
import type { ManifestFiles } from "./manifest-files.js";
import { pathBase } from "./service-entries.js";
import { type ListNames, plainNames } from "./set.js";
import { writtenSourceNames } from "./sources.js";
import { type Path, toPlain, type YamlDocument } from "./yaml-document.js";

/** The names by which `--set` selects: of services also those in their manifests, of sources also those of targets. */
export function listNamesOf(document: YamlDocument, manifests: ManifestFiles): ListNames {
  const textAt = (path: Path): string | null => {
    const value = toPlain(document, document.find(path));
    return typeof value === "string" ? value : null;
  };
  const manifestName = async (path: Path): Promise<string | null> => {
    const at = [...path, "manifest"];
    const manifest = textAt(at);
    if (manifest === null) return null;
    const objects = await manifests.load(resolvePath(pathBase(document, at), manifest), document.place(at));
    return objects?.find(({ kind }) => kind === "Service" || kind === "Route")?.name ?? null;
  };
  return async (path) => {
    const names = plainNames(document, path);
    const [list, ...rest] = path;
    if (list === "traffic" && rest.length === 0)
      return writtenSourceNames(
        names.map((name, index) => ({
          name,
          target: textAt([list, index, "to"]) ?? textAt([list, index, "to", "service"]),
        })),
      );
    if (list !== "services" || rest.length > 0) return names;
    return Promise.all(names.map(async (name, index) => name ?? (await manifestName([list, index]))));
  };
}
