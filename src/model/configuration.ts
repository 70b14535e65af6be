import { deepEqual } from "../kube/deep-equal.js";
import type { RevisionTemplate } from "../kube/objects.js";
import type { Revision } from "./revision.js";

/**
 * A service's template and the revisions stamped from it, numbered by generation.
 *
 * @see knative/serving pkg/reconciler/configuration/configuration.go
 */
export class Configuration {
  /** Rises with every change of the template. */
  generation = 0;
  private currentTemplate: RevisionTemplate | null = null;
  /** In order of creation; deleted ones are taken out. */
  readonly revisions: Revision[] = [];
  latestCreated: Revision | null = null;
  latestReady: Revision | null = null;

  constructor(readonly name: string) {}

  get template(): RevisionTemplate {
    return this.currentTemplate!;
  }

  /** @returns whether the template differs from the one before, so that a revision is due */
  setTemplate(template: RevisionTemplate): boolean {
    if (this.currentTemplate !== null && deepEqual(this.currentTemplate, template)) return false;
    this.currentTemplate = template;
    this.generation++;
    return true;
  }

  /** Whether the present generation has no revision: not yet, or not any more. */
  get needsRevision(): boolean {
    return !this.revisions.some(({ generation }) => generation === this.generation);
  }

  /** The name of the present generation's revision: chosen by the user, or the generation in five digits. */
  get revisionName(): string {
    return this.template.name ?? `${this.name}-${String(this.generation).padStart(5, "0")}`;
  }

  add(revision: Revision): void {
    this.revisions.push(revision);
    this.latestCreated = revision;
  }

  remove(revision: Revision): void {
    const index = this.revisions.indexOf(revision);
    if (index >= 0) this.revisions.splice(index, 1);
  }

  find(name: string): Revision | null {
    return this.revisions.find((revision) => revision.name === name) ?? null;
  }

  /**
   * Moves the latest ready revision on: it goes back to an older one only when the present one was deleted.
   *
   * @returns whether it moved
   */
  updateLatestReady(): boolean {
    const isGone = this.latestReady === null || this.latestReady.isDeleted;
    let newest = isGone ? null : this.latestReady;
    for (const revision of this.revisions) {
      if (revision.isReady && revision.generation >= (newest?.generation ?? 0)) newest = revision;
    }
    const moved = newest !== this.latestReady;
    this.latestReady = newest;
    return moved;
  }
}
