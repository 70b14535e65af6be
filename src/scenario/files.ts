import { compareBytes } from "../kube/byte-order.js";
import { type ReadFile, readTraceText, readYamlText, type Source, type SourceText } from "./source-text.js";

/** Finds the files that match a pattern with `*`, `?` or `[…]`; their order does not matter. */
export type Glob = (pattern: string) => readonly string[] | Promise<readonly string[]>;

/**
 * The files a scenario names: each is read once, and what was read is remembered for the scenario's hash. Those that may be
 * too large to be remembered are read as streams, and whoever does so leaves a digest.
 */
export class ScenarioFiles {
  private readonly texts = new Map<string, Promise<SourceText>>();
  private readonly digests = new Map<string, string>();

  constructor(
    private readonly read: ReadFile,
    private readonly glob: Glob | null,
  ) {}

  yaml(path: string): Promise<SourceText> {
    return this.once(path, readYamlText);
  }

  trace(path: string): Promise<SourceText> {
    return this.once(path, readTraceText);
  }

  /** A fresh stream at every call. Rejects when there is no such file. */
  async open(path: string): Promise<Source> {
    return this.read(path);
  }

  /** What stands for the contents of a file that was opened. */
  addDigest(path: string, digest: string): void {
    this.digests.set(path, digest);
  }

  /** The files of a pattern, sorted; null when patterns cannot be resolved here. A plain path is itself. */
  async matching(pattern: string): Promise<readonly string[] | null> {
    if (!/[*?[]/.test(pattern)) return [pattern];
    if (this.glob === null) return null;
    return [...(await this.glob(pattern))].sort(compareBytes);
  }

  /** What was read so far, texts or digests, in the order of the paths' bytes. */
  async contents(): Promise<readonly string[]> {
    const paths = [...new Set([...this.texts.keys(), ...this.digests.keys()])].sort(compareBytes);
    const texts = await Promise.all(paths.map((path) => this.texts.get(path)));
    return paths.flatMap((path, index) => {
      const text = texts[index];
      const digest = this.digests.get(path);
      return [...(text === undefined ? [] : [text.ok ? text.text : ""]), ...(digest === undefined ? [] : [digest])];
    });
  }

  private once(path: string, readText: (path: string, read: ReadFile) => Promise<SourceText>): Promise<SourceText> {
    const known = this.texts.get(path) ?? readText(path, this.read);
    this.texts.set(path, known);
    return known;
  }
}

/** A path as written in the file `from`, seen from the working directory; `a/./b/../c` is shortened to `a/c`, `./` to `.`. */
export function resolvePath(from: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\]|[A-Za-z][A-Za-z0-9+.-]+:\/\/)/.test(path)) return path;
  const folder = from.slice(0, Math.max(from.lastIndexOf("/"), from.lastIndexOf("\\")) + 1);
  const steps: string[] = [];
  for (const step of `${folder}${path}`.split("/")) {
    if (step === "." || (step === "" && steps.length > 0)) continue;
    const last = steps[steps.length - 1];
    if (step === ".." && last !== undefined && last !== ".." && last !== "") steps.pop();
    else steps.push(step);
  }
  return steps.length === 0 ? "." : steps.join("/");
}

/** The last part of a path without its extension: `scenarios/canary.yaml` → `canary`. */
export function baseName(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const dot = file.lastIndexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}
