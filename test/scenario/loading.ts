import { type Diagnostic, formatDiagnostic, ScenarioError } from "../../src/scenario/diagnostics.js";
import { type LoadOptions, loadScenario } from "../../src/scenario/load.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import type { Source } from "../../src/scenario/source-text.js";

export type Files = Readonly<Record<string, Source>>;

/** A read function over files in memory that fails as Node does. */
export function reader(files: Files) {
  return (path: string): Source => {
    if (Object.hasOwn(files, path)) return files[path];
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
  };
}

export const HELLO = `apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: hello
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/target: "10"
    spec:
      containers:
        - image: example/hello
`;

/** The first three lines of every scenario here. */
export const HEAD = "apiVersion: knsim/v1\nkind: Scenario\nduration: 1m\n";

/** With a service on line 4 whose image needs no entry under `apps`. */
export const WITH_HELLO = `${HEAD}services: [{name: hello, image: example/hello, app: {serviceTime: 1ms}}]\n`;

interface Given extends LoadOptions {
  readonly files?: Files;
  /** Default: s.yaml. */
  readonly path?: string;
}

/** Loads a scenario that stands in `s.yaml`, with `hello.yaml` beside it. */
export async function load(
  source: Source,
  { files = {}, path = "s.yaml", ...options }: Given = {},
): Promise<{ scenario: Scenario; diagnostics: readonly Diagnostic[] }> {
  return loadScenario(path, reader({ "hello.yaml": HELLO, [path]: source, ...files }), options);
}

export async function scenarioOf(source: Source, given: Given = {}): Promise<Scenario> {
  return (await load(source, given)).scenario;
}

/** Every problem as the user sees it, warnings included, whether the scenario loads or not. */
export async function problemsOf(source: Source, given: Given = {}): Promise<string[]> {
  try {
    return (await load(source, given)).diagnostics.map(formatDiagnostic);
  } catch (error) {
    if (error instanceof ScenarioError) return error.diagnostics.map(formatDiagnostic);
    throw error;
  }
}

/** The same without warnings. */
export async function errorsOf(source: Source, given: Given = {}): Promise<string[]> {
  return (await problemsOf(source, given)).filter((line) => !line.includes(": warning: "));
}
