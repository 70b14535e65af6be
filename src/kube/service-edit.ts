import { type Instant, SECOND } from "../engine/time.js";
import { validateAnnotations } from "./annotation-validation.js";
import { type ClusterConfig, defaultClusterConfig } from "./config.js";
import { deepEqual } from "./deep-equal.js";
import { editedManifest, editedObject, USER_IMAGE } from "./edited-object.js";
import { type FieldError, fieldError, fieldErrorsText } from "./field-error.js";
import type { KnCommand, ServiceEdit } from "./kn-command.js";
import { editTraffic, type StatusTraffic } from "./kn-traffic.js";
import { appliedManifest, LAST_APPLIED, threeWayEdit } from "./last-applied.js";
import { serviceFromManifest } from "./manifest.js";
import type { RevisionTemplate, ServiceObject } from "./objects.js";
import { revisionName } from "./revision-name.js";
import { formatRfc3339 } from "./rfc3339.js";
import { validateService } from "./validation.js";

/** A Service as kn finds it in the cluster. */
export interface ExistingService {
  readonly object: ServiceObject;
  readonly generation: number;
  readonly statusTraffic: readonly StatusTraffic[];
  /** null = no revision was ever ready. */
  readonly latestReadyRevision: string | null;
}

export interface EditContext {
  readonly config: ClusterConfig;
  /** Where a command without `-n` works. */
  readonly namespace: string;
  /** Virtual time and the Unix seconds of t = 0: what the template is stamped with. */
  readonly nowUs: Instant;
  readonly epochSeconds: number;
  /** The Service in the file of `-f`; null without. */
  readonly file: ServiceObject | null;
  /** A uniform whole number in [0, n), for `{{.Random N}}`. */
  randomIndex(n: number): number;
}

export type EditedService =
  | {
      readonly ok: true;
      readonly object: ServiceObject;
      /** `unchanged`: an apply that found nothing to do. */
      readonly outcome: "created" | "replaced" | "updated" | "applied" | "unchanged";
      /** False: no revision comes of it. */
      readonly templateChanged: boolean;
      /** False for an edit of metadata alone: the generation stays. */
      readonly specChanged: boolean;
      /** What kn says besides, to stderr; null = nothing. */
      readonly warning: string | null;
    }
  /** kn's text, without `Error: `. */
  | { readonly ok: false; readonly error: string };

type ServiceCommand = Extract<KnCommand, { readonly kind: "service" }>;

/**
 * The Service that a `kn service create|update|apply` leaves behind, or why kn or Knative's webhook refuses it.
 *
 * Nothing is changed in place. create and update stamp the template with the time, so that even an identical value makes
 * a new revision; apply does not. Of two edits at the very same instant with the same values the second changes nothing.
 *
 * @param existing null = there is no Service of that name
 * @see knative/client pkg/commands/service/{create,update,apply}.go
 */
export function editService(
  command: ServiceCommand,
  existing: ExistingService | null,
  context: EditContext,
): EditedService {
  const refusal = existenceRefusal(command, existing, context);
  const clientSide = refusal ?? clientSideProblem(command.edit);
  if (clientSide !== null) return { ok: false, error: clientSide };

  const isApply = command.verb === "apply";
  const start = command.verb === "create" || !existing || context.file ? newObject(command, context) : existing.object;
  const lastApplied = existing?.object.meta.annotations[LAST_APPLIED] ?? null;
  const edit = isApply && existing ? threeWayEdit(command.edit, lastApplied, defaultsOf(context.config)) : command.edit;
  const stamp = isApply ? null : formatRfc3339(context.epochSeconds + context.nowUs / SECOND);
  let object = editedObject(start, edit, context.config.defaults, stamp);
  if (isApply) object = remembering(object, command.edit);

  const named = withRevisionName(object, edit, existing, context);
  if (!named.ok) return named;
  const routed = withTraffic(named.object, edit, existing);
  if (!routed.ok) return routed;
  const denied = admissionText(routed.object, edit, existing, context.config);
  if (denied !== null) return { ok: false, error: denied };
  return verdict(command.verb, routed.object, existing, lastApplied);
}

type ObjectOrRefusal =
  | { readonly ok: true; readonly object: ServiceObject }
  | { readonly ok: false; readonly error: string };

function existenceRefusal(
  { verb, service, namespace, edit }: ServiceCommand,
  existing: ExistingService | null,
  context: EditContext,
): string | null {
  if (verb === "update" && !existing) return `services.serving.knative.dev "${service}" not found`;
  if (verb === "create" && existing && !edit.force) {
    const place = `namespace '${namespace ?? context.namespace}'`;
    return `cannot create service '${service}' in ${place} because the service already exists and no --force option was given`;
  }
  return null;
}

/** kn itself checks each autoscaling annotation that it sets, without the cluster's settings. */
function clientSideProblem({ annotations }: ServiceEdit): string | null {
  const config = {
    ...defaultClusterConfig().autoscaler,
    allowZeroInitialScale: true,
    maxScaleLimit: 0,
    podAutoscalerClass: "",
  };
  for (const [key, value] of Object.entries(annotations)) {
    const errors = value === null ? [] : validateAnnotations(config, { [key]: value });
    if (errors.length > 0) return fieldErrorsText(errors);
  }
  return null;
}

/** What an edit of nothing starts from: the file's Service, or one with an image and kn's mark of whose image it is. */
function newObject({ service, namespace, edit }: ServiceCommand, context: EditContext): ServiceObject {
  if (context.file) {
    const name = service === "" ? context.file.meta.name : service;
    return { ...context.file, meta: { ...context.file.meta, name } };
  }
  return serviceFromManifest(
    {
      metadata: { name: service, namespace: namespace ?? context.namespace },
      spec: {
        template: {
          metadata: { annotations: { [USER_IMAGE]: "" } },
          spec: { containers: [{ image: edit.image ?? "" }] },
        },
      },
    },
    context.config,
  );
}

function defaultsOf({ defaults }: ClusterConfig): { concurrencyLimit: number; timeoutSeconds: number } {
  return { concurrencyLimit: defaults.containerConcurrency, timeoutSeconds: defaults.revisionTimeoutSeconds };
}

function remembering(object: ServiceObject, asked: ServiceEdit): ServiceObject {
  const { name, namespace, annotations } = object.meta;
  const text = JSON.stringify(appliedManifest(name, namespace, asked));
  return { ...object, meta: { ...object.meta, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function withRevisionName(
  object: ServiceObject,
  { revisionName: template, touchesTemplate }: ServiceEdit,
  existing: ExistingService | null,
  { randomIndex }: EditContext,
): ObjectOrRefusal {
  if (template === undefined || template === "" || !touchesTemplate) return { ok: true, object };
  const named = revisionName(template, {
    service: object.meta.name,
    generation: existing?.generation ?? 0,
    randomIndex,
  });
  return named.ok ? { ok: true, object: { ...object, template: { ...object.template, name: named.name } } } : named;
}

function withTraffic(object: ServiceObject, edit: ServiceEdit, existing: ExistingService | null): ObjectOrRefusal {
  if (edit.traffic.length + edit.tags.length + edit.untag.length === 0) return { ok: true, object };
  const edited = editTraffic({
    service: object.meta.name,
    traffic: edit.traffic,
    tags: edit.tags,
    untag: edit.untag,
    spec: object.traffic,
    status: existing?.statusTraffic ?? [],
    latestReadyRevision: existing?.latestReadyRevision ?? null,
    makesRevision: edit.touchesTemplate,
  });
  return edited.ok ? { ok: true, object: { ...object, traffic: edited.traffic } } : edited;
}

const DENIED = 'admission webhook "validation.webhook.serving.knative.dev" denied the request: validation failed: ';

/** Knative's refusal, null when it admits the object. */
function admissionText(
  object: ServiceObject,
  edit: ServiceEdit,
  existing: ExistingService | null,
  config: ClusterConfig,
): string | null {
  const errors = [
    ...validateService(editedManifest(object, edit), config),
    ...nameChangeErrors(existing?.object.template ?? null, object.template),
  ];
  return errors.length === 0 ? null : DENIED + fieldErrorsText(errors);
}

/**
 * A name that the user chose belongs to one template.
 *
 * Simplification: Knative's text also lists the differences.
 *
 * @see knative/serving pkg/apis/serving/v1/revision_validation.go (VerifyNameChange)
 */
function nameChangeErrors(before: RevisionTemplate | null, after: RevisionTemplate): FieldError[] {
  if (before === null || after.name === null || before.name !== after.name || deepEqual(before, after)) return [];
  return [fieldError("Saw the following changes without a name change (-old +new)", "spec.template.metadata.name")];
}

function verdict(
  verb: ServiceCommand["verb"],
  object: ServiceObject,
  existing: ExistingService | null,
  lastApplied: string | null,
): EditedService {
  if (!existing) {
    return { ok: true, object, outcome: "created", templateChanged: true, specChanged: true, warning: null };
  }
  const before = existing.object;
  const templateChanged = !deepEqual(before.template, object.template);
  const specChanged = templateChanged || !deepEqual(before.traffic, object.traffic);
  const isUnchanged = verb === "apply" && !specChanged && deepEqual(before.meta, object.meta);
  const outcome = isUnchanged
    ? "unchanged"
    : ({ create: "replaced", update: "updated", apply: "applied" } as const)[verb];
  const warning =
    verb === "apply" && lastApplied === null
      ? "'kn service apply' should be used only for services created by 'kn service apply'"
      : null;
  return { ok: true, object, outcome, templateChanged, specChanged, warning };
}
