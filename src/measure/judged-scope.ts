import type { Fact, Observer } from "../model/observer.js";
import type { Selector } from "../scenario/expectation-ast.js";

/** What an expectation is about: the whole run, or objects of one name, which may come and go. */
export class JudgedScope {
  /** Indices of the objects meant. */
  readonly services = new Set<number>();
  readonly revisions = new Set<number>();
  readonly sources = new Set<number>();
  /** Services that the meant revisions belong to. */
  readonly owners = new Set<number>();

  /** @param name null = the whole run */
  constructor(
    readonly name: string | null,
    readonly kind: Selector["kind"],
    readonly tag: string | null,
  ) {}

  get exists(): boolean {
    return this.name === null || this.services.size + this.revisions.size + this.sources.size > 0;
  }

  hasRequest(service: number, revision: number, source: number, tag: string): boolean {
    if (this.tag !== null && tag !== this.tag) return false;
    if (this.name === null) return true;
    return this.services.has(service) || this.revisions.has(revision) || this.sources.has(source);
  }

  /** @param service the one it belongs to */
  hasRevision(revision: number, service: number): boolean {
    return this.name === null || this.revisions.has(revision) || this.services.has(service);
  }

  hasService(service: number): boolean {
    return this.name === null || this.services.has(service);
  }

  hasFact(fact: Fact, serviceOfRevision: readonly number[]): boolean {
    if (this.name === null || !("service" in fact)) return true;
    if ("revision" in fact && fact.revision !== undefined) {
      return this.hasRevision(fact.revision, serviceOfRevision[fact.revision]);
    }
    return this.services.has(fact.service) || this.owners.has(fact.service);
  }
}

/** Scopes made for `*` while the objects come. */
interface Family {
  readonly selector: Selector;
  readonly scopes: Map<string, JudgedScope>;
  readonly created: (scope: JudgedScope) => void;
}

type Kind = "service" | "revision" | "source";

/** Ties the names in selectors to the objects of a run as they are announced. */
export class ScopeBook implements Pick<Observer, "serviceAdded" | "revisionAdded" | "sourceAdded"> {
  readonly serviceOfRevision: number[] = [];
  readonly serviceOfSource: number[] = [];
  private readonly names: Readonly<Record<Kind, Set<string>>> = {
    service: new Set(),
    revision: new Set(),
    source: new Set(),
  };
  private readonly tags = new Map<number, Set<string>>();
  private readonly scopes = new Map<string, JudgedScope>();
  private readonly families: Family[] = [];

  /** The scope of a selector without `*`, or of none; equal ones share it. */
  scope(selector: Selector | null): JudgedScope {
    const { kind = null, name = null, tag = null } = selector ?? {};
    const key = JSON.stringify([kind, name, tag]);
    let scope = this.scopes.get(key);
    if (!scope) this.scopes.set(key, (scope = new JudgedScope(name, kind, tag)));
    return scope;
  }

  /** Calls `created` for each object that comes, once per name. */
  eachScope(selector: Selector, created: (scope: JudgedScope) => void): void {
    this.families.push({ selector, scopes: new Map(), created });
  }

  serviceAdded(index: number, { name }: { readonly name: string }): void {
    for (const scope of this.added("service", name)) scope.services.add(index);
  }

  revisionAdded(index: number, revision: { readonly name: string; readonly service: number }): void {
    this.serviceOfRevision[index] = revision.service;
    for (const scope of this.added("revision", revision.name)) {
      scope.revisions.add(index);
      scope.owners.add(revision.service);
    }
  }

  sourceAdded(index: number, source: { readonly name: string; readonly service: number }): void {
    this.serviceOfSource[index] = source.service;
    for (const scope of this.added("source", source.name)) scope.sources.add(index);
  }

  /** A service has this tag, or a request came for it. */
  tagSeen(service: number, tag: string): void {
    if (tag === "") return;
    const known = this.tags.get(service) ?? new Set();
    this.tags.set(service, known.add(tag));
  }

  /** Why no request can have come by the scope's tag; null when one could, or the scope has none. */
  missingTag({ name, tag, services, owners, sources }: JudgedScope): string | null {
    if (tag === null) return null;
    const meant = [...services, ...owners, ...[...sources].map((source) => this.serviceOfSource[source])];
    const tags = new Set(meant.flatMap((service) => [...(this.tags.get(service) ?? [])]));
    if (tags.has(tag)) return null;
    return `${name} had no tag ${tag}; there ${tags.size === 0 ? "was none" : `were ${[...tags].sort().join(", ")}`}`;
  }

  /** Why a scope stands for nothing, or for two things; null when it is fine. */
  problem(scope: JudgedScope): string | null {
    const { name, kind, services, revisions, exists } = scope;
    if (services.size > 0 && revisions.size > 0) {
      return `${name} is a service and a revision: write service/${name} or revision/${name}`;
    }
    if (exists || name === null) return this.missingTag(scope);
    const missing = kind ?? "revision";
    return `no ${missing} ${name} existed; there were ${this.existing(missing, name)}`;
  }

  private existing(kind: Kind, wanted: string): string {
    const all = [...this.names[kind]].sort();
    const prefix = wanted.replace(/-[^-]*$/, "-");
    const related = kind === "revision" ? all.filter((name) => name.startsWith(prefix)) : all;
    const shown = related.length > 0 ? related : all;
    if (shown.length === 0) return "none";
    return shown.length <= MOST_NAMES ? shown.join(", ") : `${shown.slice(0, MOST_NAMES).join(", ")}, …`;
  }

  /** Scopes that a new object belongs to. */
  private added(kind: Kind, name: string): JudgedScope[] {
    this.names[kind].add(name);
    const found = [...this.scopes.values()].filter(
      (scope) => scope.name === name && (scope.kind === kind || (scope.kind === null && kind !== "source")),
    );
    for (const { selector, scopes, created } of this.families) {
      if ((selector.kind ?? "service") !== kind) continue;
      let scope = scopes.get(name);
      if (!scope) {
        scopes.set(name, (scope = new JudgedScope(name, kind, selector.tag)));
        created(scope);
      }
      found.push(scope);
    }
    return found;
  }
}

const MOST_NAMES = 20;
