import type { DiagnosticList, Place } from "./diagnostics.js";
import type { ScenarioFiles } from "./files.js";
import { type IgnoredKinds, type ManifestObject, manifestObjects } from "./manifest-objects.js";
import { parseYaml } from "./yaml-document.js";

/** The manifests a scenario names, each read and taken apart once however often it is named. */
export class ManifestFiles {
  private readonly objects = new Map<string, Promise<readonly ManifestObject[] | null>>();
  private readonly ignored: IgnoredKinds = new Set();

  constructor(
    private readonly files: ScenarioFiles,
    private readonly problems: DiagnosticList,
  ) {}

  /**
   * The objects of a file, null when it cannot be used, which has been reported.
   *
   * @param place where the file is named
   */
  load(path: string, place: Place): Promise<readonly ManifestObject[] | null> {
    const known = this.objects.get(path) ?? this.read(path, place);
    this.objects.set(path, known);
    return known;
  }

  /** The paths behind a path or pattern; reports a pattern that is unusable or finds nothing. */
  async matching(pattern: string, place: Place): Promise<readonly string[]> {
    const paths = await this.files.matching(pattern);
    if (paths === null)
      this.problems.error("E-file", place, `patterns such as ${JSON.stringify(pattern)} are not supported here`);
    else if (paths.length === 0) this.problems.error("E-file", place, `no file matches ${JSON.stringify(pattern)}`);
    return paths ?? [];
  }

  private async read(path: string, place: Place): Promise<readonly ManifestObject[] | null> {
    const source = await this.files.yaml(path);
    if (!source.ok) {
      this.problems.error("E-file", place, source.error);
      return null;
    }
    const documents = parseYaml(path, source.text, this.problems);
    return documents && manifestObjects(documents, this.problems, this.ignored);
  }
}
