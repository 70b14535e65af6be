import { isMap, Scalar } from "yaml";
import type { AppPlan } from "../kube/cluster-plan.js";
import { isConfigMapName } from "../kube/config.js";
import { objectKey } from "../kube/manifest.js";
import { appPlan } from "./apps.js";
import { type Checked, check } from "./checked.js";
import { clusterPlan, isIdealCluster, nodePlans, overheadPlan } from "./cluster.js";
import { completedScenario } from "./completed.js";
import { ConfigMaps } from "./config-maps.js";
import { type Diagnostic, DiagnosticList, type Place, ScenarioError } from "./diagnostics.js";
import { DocumentEdit } from "./document-edit.js";
import { checkEventTimes, loadEvents } from "./events.js";
import { loadExpectations } from "./expect-entries.js";
import { baseName, type Glob, resolvePath, ScenarioFiles } from "./files.js";
import { warnOfImages } from "./image-warnings.js";
import { UniqueObjects } from "./knative-problems.js";
import { ManifestFiles } from "./manifest-files.js";
import { type ManifestObject, manifestJson } from "./manifest-objects.js";
import { NodeNames } from "./node-names.js";
import type { Scenario } from "./scenario.js";
import { scenarioSchema, type WrittenScenario } from "./schema.js";
import { configMapsShape } from "./schema-cluster.js";
import { pathBase, readServiceEntries, type ServiceEntry, servicesOfEntry } from "./service-entries.js";
import { ServiceNames } from "./service-names.js";
import { type Admission, admitRoute, admitService, type LoadedService, refuseOrIgnore, sendsTo } from "./services.js";
import { applySets, type SetOption } from "./set.js";
import { listNamesOf } from "./set-names.js";
import { sha256 } from "./sha256.js";
import type { ReadFile } from "./source-text.js";
import { endOfSources, type SourceEntry, sourcePlans } from "./sources.js";
import { loadTrace } from "./traces.js";
import { type Path, parseYaml, toPlain, type YamlDocument } from "./yaml-document.js";

export interface LoadOptions {
  /** `PATH=VALUE` texts in order (contract details A19), or values by path. */
  readonly set?: SetOption;
  /** Wins over the scenario's and over `set`. */
  readonly seed?: string | number;
  /** In Go's syntax; wins over the scenario's and over `set`. */
  readonly duration?: string;
  /** Finds the files of patterns under `manifests`; without it patterns are refused. */
  readonly glob?: Glob;
  /** Whether bad lines of traces are left out with a warning; default false: they are errors. */
  readonly skipBadLines?: boolean;
  /**
   * Whether every trace is wanted in memory, 8 bytes per arrival. By default one of more than a million arrivals in the
   * order of time is read while it is replayed, which only `simulate` can do.
   */
  readonly holdTraces?: boolean;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** How standard input is called in messages. */
const STDIN = "<stdin>";

/**
 * Reads a scenario and every file it names: complete, checked, in base units.
 *
 * @param path `-` is standard input: `read("-")` supplies it, and paths in it are relative to the working directory
 * @throws ScenarioError with every problem found, when there is an error among them
 */
export async function loadScenario(path: string, read: ReadFile, options: LoadOptions = {}): Promise<LoadedScenario> {
  const problems = new DiagnosticList();
  const files = new ScenarioFiles(read, options.glob ?? null);
  const file = path === "-" ? STDIN : path;
  const source = await new ScenarioFiles(read, null).yaml(path);
  if (source.ok) return loadText(source.text, file, { files, problems, options });
  problems.error("E-file", { file, line: 0, column: 0, path: "" }, source.error);
  throw new ScenarioError(problems.sorted());
}

/**
 * The same for a scenario that is already there as text.
 *
 * @param options `file`: how messages call it, and where its paths are relative to; `read`: supplies the files it names
 */
export async function loadScenarioText(
  text: string,
  options: LoadOptions & { readonly file?: string; readonly read?: ReadFile } = {},
): Promise<LoadedScenario> {
  const problems = new DiagnosticList();
  const read = options.read ?? (() => Promise.reject(new Error("no files can be read here")));
  const source = await new ScenarioFiles(() => text, null).yaml("");
  const file = options.file ?? "scenario.yaml";
  const files = new ScenarioFiles(read, options.glob ?? null);
  if (source.ok) return loadText(source.text, file, { files, problems, options });
  problems.error("E-file", { file, line: 0, column: 0, path: "" }, source.error.replace('""', "the scenario"));
  throw new ScenarioError(problems.sorted());
}

interface Loading {
  readonly files: ScenarioFiles;
  readonly problems: DiagnosticList;
  readonly options: LoadOptions;
}

async function loadText(text: string, file: string, { files, problems, options }: Loading): Promise<LoadedScenario> {
  const document = scenarioDocument(text, file, problems);
  const scenario = document && (await new ScenarioLoader(document, files, problems).load(options));
  if (scenario === null || problems.errorCount > 0) throw new ScenarioError(problems.sorted());
  const diagnostics = problems.sorted();
  return { scenario: { ...scenario, warnings: diagnostics.map((one) => seenFrom(file, one)) }, diagnostics };
}

/** A report says the same wherever the scenario lies: files are named as seen from it. */
function seenFrom(scenarioFile: string, diagnostic: Diagnostic): Diagnostic {
  const folder = scenarioFile.slice(0, scenarioFile.lastIndexOf("/") + 1);
  const { file } = diagnostic;
  return file.startsWith(folder) ? { ...diagnostic, file: file.slice(folder.length) } : diagnostic;
}

/** The one document of a scenario's file; null after a complaint. */
function scenarioDocument(text: string, file: string, problems: DiagnosticList): YamlDocument | null {
  const documents = parseYaml(file, text, problems);
  if (documents === null) return null;
  const start: Place = { file, line: 1, column: 1, path: "" };
  const [first, second] = documents.filter(
    ({ root }) => root !== null && !(root instanceof Scalar && root.value === null),
  );
  if (first === undefined) problems.error("E-syntax", start, "the file is empty");
  else if (second !== undefined)
    problems.error(
      "E-syntax",
      second.place([]),
      "a scenario's file holds one document; put manifests in files of their own",
    );
  else if (!isMap(first.root))
    problems.error("E-type", first.place([]), "expected a scenario, a mapping of keys to values");
  else if (isOtherKind(first))
    problems.error(
      "E-type",
      first.place(["kind"]),
      "expected a scenario (apiVersion: knsim/v1, kind: Scenario), found a manifest",
    );
  else return first;
  return null;
}

/** A manifest given in a scenario's place: of its keys nothing need be said one by one. */
function isOtherKind(document: YamlDocument): boolean {
  const plain = (key: string) => toPlain(document, document.find([key]));
  const [apiVersion, kind] = [plain("apiVersion"), plain("kind")];
  const isKnative = typeof apiVersion === "string" && (apiVersion === "v1" || apiVersion.includes(".dev/"));
  return isKnative && typeof kind === "string" && kind !== "Scenario";
}

type Written = Checked<WrittenScenario>;

/** The steps from a document to a scenario; each goes on with what the ones before could make sense of. */
class ScenarioLoader {
  private readonly manifests: ManifestFiles;
  private readonly configMaps = new ConfigMaps();
  private readonly names = new ServiceNames();

  constructor(
    private readonly document: YamlDocument,
    private readonly files: ScenarioFiles,
    private readonly problems: DiagnosticList,
  ) {
    this.manifests = new ManifestFiles(files, problems);
  }

  async load(options: LoadOptions): Promise<Scenario | null> {
    await this.applyOptions(options);
    const written = check(scenarioSchema, this.document, [], this.problems);
    if (written === undefined) return null;
    const entries = await readServiceEntries(written.services ?? [], this.tools());
    const listed = await this.listedManifests(written);
    if (entries.some(({ isReadable }) => !isReadable)) this.names.missesSome();
    const ideal = isIdealCluster(written);
    const config = this.readConfigMaps(written, [...listed, ...entries.flatMap(({ objects }) => objects ?? [])]);
    const admission: Admission = { config, problems: this.problems, unique: new UniqueObjects(this.problems), ideal };
    const services = this.services(written, entries, listed, admission);
    const sources = await this.sourceEntries(written, admission, options);
    const traced = sources.flatMap(({ trace }) =>
      trace?.kind === "functions" ? trace.functions.map(({ service }) => service) : [],
    );
    const all = [...services, ...traced];
    for (const { plan } of all) this.names.add(plan.key);
    const apps = this.apps(written);
    const events = await loadEvents(written.events ?? [], {
      ...this.tools(),
      names: this.names,
      nodes: this.nodeNames(written),
      services: all.map(({ plan }) => plan),
      apps,
      configMaps: this.configMaps,
      admission,
    });
    events.checkNames();
    const durationUs = this.duration(written, sources);
    const warmupUs = written.warmup ?? 0;
    if (warmupUs > 0 && warmupUs >= durationUs)
      this.problems.error("E-range", this.document.place(["warmup"]), "warmup must be shorter than duration");
    checkEventTimes(written.events ?? [], durationUs, this.tools());
    const plans = sourcePlans(sources, { ...this.tools(), names: this.names, durationUs });
    const expectations = loadExpectations({
      ...this.tools(),
      run: { warmupUs, durationUs },
      services: this.names,
      sources: plans.map(({ name }) => name),
    });
    warnOfImages({ ...this.tools(), services, events, apps, sources: plans });
    if (this.problems.errorCount > 0) return null;
    const plan: Omit<Scenario, "completed" | "hash"> = {
      name: written.name ?? defaultName(this.document.file),
      description: written.description ?? "",
      seed: written.seed ?? "",
      durationUs,
      warmupUs,
      drain: written.drain ?? true,
      cluster: clusterPlan(written, config),
      services: all.map((service) => service.plan),
      apps,
      overheads: overheadPlan(written.overheads),
      sources: plans,
      events: events.events,
      report: {
        timeline: written.report?.timeline ?? "auto",
        stepUs: written.report?.step ?? 0,
        decisions: written.report?.decisions !== "none",
        events: written.report?.events !== "none",
      },
      expectations,
      configMaps: this.configMaps.texts(),
      warnings: [],
    };
    const { start = "ready", knative } = written;
    const version = knative?.version ?? null;
    const completed = completedScenario(plan, {
      ...this.tools(),
      start,
      configMaps: this.configMaps,
      version,
      services,
      sources,
    });
    return { ...plan, completed, hash: await this.hash(completed) };
  }

  private tools() {
    return { document: this.document, manifests: this.manifests, problems: this.problems };
  }

  /** `--set`, then `--seed` and `--duration`: the more special wins. */
  private async applyOptions({ set = [], seed, duration }: LoadOptions): Promise<void> {
    const context = { ...this.tools(), schema: scenarioSchema, names: listNamesOf(this.document, this.manifests) };
    await applySets(set, context);
    if (seed !== undefined) new DocumentEdit(this.document, "--seed").put(["seed"], new Scalar(String(seed)));
    if (duration !== undefined) new DocumentEdit(this.document, "--duration").put(["duration"], new Scalar(duration));
  }

  /** The objects of the files under `manifests`. */
  private async listedManifests(written: Written): Promise<readonly ManifestObject[]> {
    const objects: ManifestObject[] = [];
    const paths = new Set<string>();
    for (const [index, pattern] of (written.manifests ?? []).entries()) {
      if (pattern === undefined) continue;
      const at: Path = ["manifests", index];
      const place = this.document.place(at);
      for (const path of await this.manifests.matching(resolvePath(pathBase(this.document, at), pattern), place)) {
        if (paths.has(path)) continue;
        paths.add(path);
        const loaded = await this.manifests.load(path, place);
        if (loaded === null) this.names.missesSome();
        objects.push(...(loaded ?? []));
      }
    }
    return objects;
  }

  /** Kubernetes has no two nodes of one name. */
  private nodeNames({ cluster }: Written): NodeNames {
    const plans = nodePlans(cluster);
    const seen = new Set<string>();
    for (const { name } of plans) {
      if (seen.has(name)) {
        const message = `two nodes have the name ${JSON.stringify(name)}`;
        this.problems.error("E-duplicate", this.document.place(["cluster", "nodes"]), message);
        break;
      }
      seen.add(name);
    }
    return new NodeNames(plans);
  }

  /** ConfigMaps of all manifests, each once, and the `knative:` block over them. */
  private readConfigMaps({ knative }: Written, objects: readonly ManifestObject[]) {
    const unique = new UniqueObjects(this.problems);
    for (const object of new Set(objects))
      if (object.kind === "ConfigMap" && isConfigMapName(object.name) && unique.add("ConfigMap", object))
        this.configMaps.addManifest(object, this.problems);
    for (const map of Object.keys(configMapsShape) as (keyof typeof configMapsShape)[]) {
      for (const [key, value] of Object.entries(knative?.[map] ?? {})) {
        const place = this.document.place(["knative", map, key]);
        if (value !== undefined) this.configMaps.add(map, key, value, place, this.problems);
      }
    }
    return this.configMaps.parse(this.problems);
  }

  /** Those of `manifests` first, then those of `services`; a file named by both counts where it has more to say. */
  private services(
    written: Written,
    entries: readonly ServiceEntry[],
    listed: readonly ManifestObject[],
    admission: Admission,
  ): readonly LoadedService[] {
    const start = written.start ?? "ready";
    const inEntries = new Set(entries.flatMap(({ objects }) => objects ?? []));
    const configurations = [...new Set([...listed, ...inEntries])].filter(({ kind }) => kind === "Configuration");
    const routes = [...new Set([...listed, ...inEntries])].filter(({ kind }) => kind === "Route");
    for (const configuration of configurations) {
      admission.unique.add("Configuration", configuration);
      if (!routes.some((route) => sendsTo(route, configuration))) refuseOrIgnore(configuration, admission);
    }
    const role = { start, app: null, traceId: null };
    const fromManifests = listed.flatMap((object) => {
      if (inEntries.has(object)) return [];
      if (object.kind !== "Service" && object.kind !== "Route") return [];
      // Named for `to:` even when Knative refuses it, so that one mistake is one message.
      this.names.add(objectKey(object));
      if (object.kind === "Route") return admitRoute(object, configurations, role, admission) ?? [];
      const places = {
        placeOf: (field: string) => object.document.fieldPlace(object.base, field),
        place: object.place,
      };
      return admitService(manifestJson(object), role, places, admission) ?? [];
    });
    const fromEntries = entries.flatMap((entry) => {
      this.nameEntry(entry);
      return servicesOfEntry(entry, { document: this.document, start, configurations, admission });
    });
    return [...fromManifests, ...fromEntries];
  }

  private nameEntry({ written: { name, namespace }, objects }: ServiceEntry): void {
    const services = (objects ?? []).filter(({ kind }) => kind === "Service" || kind === "Route");
    if (name !== undefined)
      this.names.add(objectKey({ name, namespace: namespace ?? services[0]?.namespace ?? "default" }));
    else
      for (const service of services)
        this.names.add(objectKey({ ...service, namespace: namespace ?? service.namespace }));
  }

  private async sourceEntries(
    written: Written,
    admission: Admission,
    { skipBadLines = false, holdTraces = false }: LoadOptions,
  ): Promise<readonly SourceEntry[]> {
    const epochSeconds = this.document.find(["epoch"]) === null ? null : (written.epoch ?? null);
    const traced = { skipsBadLines: skipBadLines, holdsTraces: holdTraces };
    const context = { document: this.document, files: this.files, epochSeconds, admission, ...traced };
    const entries: SourceEntry[] = [];
    for (const [index, source] of (written.traffic ?? []).entries()) {
      if (source === undefined) continue;
      const path: Path = ["traffic", index];
      entries.push({ written: source, path, trace: await loadTrace(source, path, context) });
    }
    return entries;
  }

  private apps({ apps = {} }: Written): readonly AppPlan[] {
    return Object.entries(apps).flatMap(([image, app]) => (app ? [appPlan(image, app)] : []));
  }

  /** As written, else until the last source has ended; endless when it could not be read. */
  private duration({ duration }: Written, sources: readonly SourceEntry[]): number {
    const place = this.document.find(["duration"]);
    if (duration !== undefined || place !== null) return duration ?? Number.POSITIVE_INFINITY;
    const end = endOfSources(sources);
    if (end !== null) return end;
    const hasUnreadTrace = sources.some(({ written, trace }) => written.trace !== undefined && trace === null);
    if (!hasUnreadTrace && !this.problems.suggests("duration"))
      this.problems.error("E-key", this.document.place([]), 'missing key "duration"');
    return Number.POSITIVE_INFINITY;
  }

  private async hash(completed: unknown): Promise<string> {
    const contents = await this.files.contents();
    return sha256(new TextEncoder().encode([JSON.stringify(completed), ...contents].join("\0")));
  }
}

/** The file's base name, made to fit the rule for names. */
function defaultName(file: string): string {
  const fitting = (file === STDIN ? "stdin" : baseName(file))
    .toLowerCase()
    .replace(/[^-a-z0-9_.]+/g, "-")
    .slice(0, 80)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  return fitting === "" ? "scenario" : fitting;
}
