import { invariant } from "../engine/invariant.js";
import type { AppPlan, ClusterEvent } from "../kube/cluster-plan.js";
import type { ServiceObject } from "../kube/objects.js";
import { formatDiagnostic, ScenarioError } from "../scenario/diagnostics.js";
import { loadScenarioText } from "../scenario/load.js";
import type { EventPlan } from "../scenario/scenario.js";
import { type LabFiles, ToolError } from "./lab-session.js";

/** Why a manifest cannot be used. */
export type ManifestProblem =
  | { readonly kind: "missing" }
  /** One of Knative's webhooks refuses it: which, and its text. */
  | { readonly kind: "denied"; readonly webhook: "config" | "validation"; readonly text: string }
  | { readonly kind: "other"; readonly text: string };

export type LoadedManifest =
  | { readonly ok: true; readonly events: readonly ClusterEvent[] }
  | { readonly ok: false; readonly problem: ManifestProblem };

/**
 * Reads manifests for `-f` and what images do for `image`, by the rules of a scenario's events, each with the settings
 * that the ConfigMaps applied before it left behind.
 */
export class ManifestFiles {
  private readonly configMapFiles: string[] = [];

  constructor(
    private readonly files: LabFiles,
    /** The `knative:` block that the cluster started with. */
    private readonly knative: unknown,
  ) {}

  /** What applying a file does to the cluster. */
  async load(path: string): Promise<LoadedManifest> {
    const entries = [...this.configMapFiles, path].map((file) => `{at: 0s, apply: ${JSON.stringify(file)}}`);
    const loaded = await this.events(entries, path);
    if (!loaded.ok) return loaded;
    const own = loaded.plans.filter(({ position }) => position.line === lineOf(entries.length));
    const events = own.map(({ action }) => action);
    if (events.some(({ kind }) => kind === "set-config")) this.configMapFiles.push(path);
    return { ok: true, events };
  }

  /** The one Service of a file, for `kn service create|apply -f`. @throws ToolError */
  async service(path: string): Promise<ServiceObject> {
    const loaded = await this.load(path);
    if (!loaded.ok) {
      const { problem } = loaded;
      const text = problem.kind === "missing" ? `open ${path}: no such file or directory` : problem.text;
      throw new ToolError(text);
    }
    const services = loaded.events.flatMap((event) => (event.kind === "apply" ? event.services : []));
    if (services.length !== 1) throw new ToolError(`file ${path} holds ${services.length} Services, want 1`);
    return services[0].object;
  }

  /**
   * What an image does from now on.
   *
   * @param written the keys of `set-app`, in YAML's flow style, without the image
   * @throws ToolError with every problem
   */
  async app(image: string, written: string): Promise<AppPlan> {
    const loaded = await this.events([`{at: 0s, set-app: {image: ${JSON.stringify(image)}, ${written}}}`], null);
    if (!loaded.ok) throw new ToolError(`image: ${loaded.problem.kind === "missing" ? "" : loaded.problem.text}\n`);
    const [action] = loaded.plans.map((plan) => plan.action);
    invariant(action?.kind === "set-app", "an image was read as something else", { image });
    return action.app;
  }

  /**
   * The entries of a file of `apps`, with or without that key above them.
   *
   * @throws ToolError with every problem
   */
  async apps(path: string): Promise<readonly AppPlan[]> {
    let text: string;
    try {
      text = await this.files.readText(path);
    } catch {
      throw new ToolError(`image: cannot read "${path}"\n`);
    }
    const body = /^apps\s*:/m.test(text) ? text : `apps:\n${text.replace(/^/gm, "  ")}`;
    try {
      const head = "apiVersion: knsim/v1\nkind: Scenario\nduration: 1s\n";
      const { scenario } = await loadScenarioText(`${head}${body}`, { file: path });
      return scenario.apps;
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      throw new ToolError(`image: ${error.message}\n`);
    }
  }

  private async events(
    entries: readonly string[],
    path: string | null,
  ): Promise<{ readonly ok: true; readonly plans: readonly EventPlan[] } | Extract<LoadedManifest, { ok: false }>> {
    const head = [
      "apiVersion: knsim/v1",
      "kind: Scenario",
      "duration: 1s",
      `knative: ${JSON.stringify(this.knative, withoutNull)}`,
    ];
    const text = [...head, "events:", ...entries.map((entry) => `  - ${entry}`)].join("\n");
    let isMissing = false;
    const read = async (file: string) => {
      try {
        return await this.files.readText(file);
      } catch (error) {
        isMissing ||= file === path;
        throw error;
      }
    };
    try {
      const { scenario } = await loadScenarioText(text, { file: LAB_FILE, read });
      return { ok: true, plans: scenario.events };
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      if (isMissing) return { ok: false, problem: { kind: "missing" } };
      const errors = error.diagnostics.filter(({ severity }) => severity === "error");
      const denied = errors.filter(({ id }) => id === "E-knative");
      if (denied.length > 0) {
        // ConfigMaps have a webhook of their own.
        const webhook = denied.every(({ path }) => path.startsWith("data")) ? "config" : "validation";
        const text = denied.map(({ text: own, message }) => own ?? message).join("\n");
        return { ok: false, problem: { kind: "denied", webhook, text } };
      }
      const texts = errors.map((problem) => formatDiagnostic(problem).replace(/^lab:\d+:\d+: error: /, ""));
      return { ok: false, problem: { kind: "other", text: texts.join("\n") } };
    }
  }
}

const LAB_FILE = "lab";
const HEAD_LINES = 5;

/** Where the n-th entry stands. */
function lineOf(entry: number): number {
  return HEAD_LINES + entry;
}

/** What is unset is written as null there; here that is no value. */
function withoutNull(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}
