import { deepEqual } from "../kube/deep-equal.js";
import type { RevisionTemplate } from "../kube/objects.js";
import { findCondition } from "./conditions.js";
import type { ModelContext } from "./context.js";
import { ObjectConditions } from "./object-conditions.js";
import { bareName } from "./object-names.js";
import type { Revision } from "./revision.js";

/** What a Configuration needs of the cluster around it. */
export interface ConfigurationHost {
  readonly context: ModelContext;
  /** The existing revision of that key, whoever owns it; null = there is none. */
  findRevision(key: string): Revision | null;
  /** Makes the revision of the present template. */
  stamp(key: string): Revision;
}

/**
 * A service's template and the revisions stamped from it, one per generation.
 *
 * @see knative/serving pkg/reconciler/configuration/configuration.go
 */
export class Configuration {
  /** Rises with every change of the template; 0 = it does not exist yet. */
  generation = 0;
  /** The generation that its controller last looked at. */
  observedGeneration = 0;
  private currentTemplate: RevisionTemplate | null = null;
  /** In order of creation; deleted ones are taken out. */
  readonly revisions: Revision[] = [];
  latestCreated: Revision | null = null;
  /** Stays what it was when that revision is deleted or fails, until another is ready. */
  latestReady: Revision | null = null;
  /** Whether the name that the user chose belongs to another revision. */
  isNameTaken = false;
  readonly conditions: ObjectConditions;

  /** @param key of the configuration, which is the service's */
  constructor(
    readonly key: string,
    service: number,
    private readonly host: ConfigurationHost,
  ) {
    this.conditions = new ObjectConditions(host.context, { object: "Configuration", service }, []);
  }

  get template(): RevisionTemplate {
    return this.currentTemplate!;
  }

  get isObserved(): boolean {
    return this.observedGeneration === this.generation;
  }

  /** @returns whether the template differs from the one before, so that a revision is due */
  setTemplate(template: RevisionTemplate): boolean {
    if (this.currentTemplate !== null && deepEqual(this.currentTemplate, template)) return false;
    this.currentTemplate = template;
    this.generation++;
    return true;
  }

  add(revision: Revision): void {
    this.revisions.push(revision);
    this.latestCreated = revision;
  }

  remove(revision: Revision): void {
    const index = this.revisions.indexOf(revision);
    if (index >= 0) this.revisions.splice(index, 1);
  }

  /** @param name bare, or a key of the same namespace */
  find(name: string): Revision | null {
    const bare = bareName(name);
    return this.revisions.find((revision) => bareName(revision.name) === bare) ?? null;
  }

  /**
   * One pass of the controller: stamps the present generation's revision unless it is there, and moves the latest ready
   * revision on.
   *
   * @returns whether anything that others read of the object changed
   */
  reconcile(): boolean {
    const { latestCreated, latestReady } = this;
    const isNewGeneration = !this.isObserved;
    const revision = this.revisionOfGeneration();
    this.isNameTaken = revision === null;
    this.observedGeneration = this.generation;
    if (revision !== null) this.latestCreated = revision;
    const newest = revision === null ? null : this.newestReady();
    if (newest !== null) this.latestReady = newest;
    const changed = this.conditions.reconcile(
      (marks) => {
        if (revision === null) {
          const text = `Revision creation failed with message: revisions.serving.knative.dev "${bareName(this.revisionKey)}" already exists.`;
          marks.markFalse("Ready", "RevisionFailed", text);
          return;
        }
        if (revision !== latestReady) marks.markUnknown("Ready");
        const ready = findCondition(revision.controller.conditions.list, "Ready");
        if (ready?.status === "False") {
          const text = `Revision "${bareName(revision.name)}" failed with message: ${ready.message}.`;
          marks.markFalse("Ready", "RevisionFailed", text);
        }
        if (newest === revision) marks.markTrue("Ready");
      },
      { isNewGeneration },
    );
    return changed || isNewGeneration || latestCreated !== this.latestCreated || latestReady !== this.latestReady;
  }

  /** As after a long past in which its one revision became ready. */
  assumeReady(): void {
    this.observedGeneration = this.generation;
    this.latestReady = this.latestCreated;
    this.conditions.assume((marks) => marks.markTrue("Ready"));
  }

  /** The present generation's revision is named by the user, or by the generation in five digits. */
  get revisionKey(): string {
    const { name } = this.template;
    if (name === null) return `${this.key}-${String(this.generation).padStart(5, "0")}`;
    return this.key.slice(0, this.key.indexOf("/") + 1) + name;
  }

  /** null = its name belongs to another revision. */
  private revisionOfGeneration(): Revision | null {
    const existing = this.revisions.find(({ generation }) => generation === this.generation);
    if (existing !== undefined) return existing;
    const key = this.revisionKey;
    const taken = this.host.findRevision(key);
    if (taken === null) return this.host.stamp(key);
    // A name that the user chose may come back for the same contents.
    return this.revisions.includes(taken) && hasSameSpec(taken.template, this.template) ? taken : null;
  }

  /** The newest ready revision since the latest that was ready, which is not left while it exists; a chosen name wins. */
  private newestReady(): Revision | null {
    const { latestReady, template } = this;
    const isThere = latestReady !== null && this.revisions.includes(latestReady);
    const floor = isThere ? latestReady.generation : 0;
    const ready = this.revisions.filter((revision) => revision.generation >= floor && revision.isReady);
    const chosen = template.name === null ? undefined : ready.find(({ name }) => name === this.revisionKey);
    if (chosen !== undefined) return chosen;
    return ready.reduce<Revision | null>(
      (newest, revision) => (newest === null || revision.generation > newest.generation ? revision : newest),
      null,
    );
  }
}

/** Metadata is no part of a revision's spec. */
function hasSameSpec(a: RevisionTemplate, b: RevisionTemplate): boolean {
  const withoutMetadata = (template: RevisionTemplate) => ({ ...template, name: null, annotations: {}, labels: {} });
  return deepEqual(withoutMetadata(a), withoutMetadata(b));
}
