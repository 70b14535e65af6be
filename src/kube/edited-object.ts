import { SECOND } from "../engine/time.js";
import type { DefaultsConfig } from "./config.js";
import type { JsonObject } from "./json-shape.js";
import type { ServiceEdit } from "./kn-command.js";
import type { PodResources, RevisionTemplate, ServiceObject } from "./objects.js";

/** The image's name as the user wrote it, kept beside what it was resolved to. */
export const USER_IMAGE = "client.knative.dev/user-image";

/** When kn last edited the template: what makes an otherwise identical one differ. */
const UPDATE_TIMESTAMP = "client.knative.dev/updateTimestamp";

/**
 * The object after an edit, traffic and the revision's name excepted.
 *
 * Simplification: `--lock-to-digest` keeps the image's name as it is and does not write the digest into it: images do
 * not change behind their names here.
 *
 * @param stamp for UPDATE_TIMESTAMP; null = none, as in apply
 */
export function editedObject(
  object: ServiceObject,
  edit: ServiceEdit,
  defaults: DefaultsConfig,
  stamp: string | null,
): ServiceObject {
  const { template } = object;
  const image = edit.image ?? template.image;
  const annotations = withChanges(template.annotations, edit.annotations);
  if (stamp !== null && edit.touchesTemplate) annotations[UPDATE_TIMESTAMP] = stamp;
  const remembersImage = Object.hasOwn(annotations, USER_IMAGE) || edit.lockToDigest === true;
  if (edit.lockToDigest === false) delete annotations[USER_IMAGE];
  else if (remembersImage && edit.touchesTemplate) annotations[USER_IMAGE] = image;
  return {
    ...object,
    meta: {
      ...object.meta,
      annotations: withChanges(object.meta.annotations, edit.serviceAnnotations),
      labels: withChanges(object.meta.labels, edit.serviceLabels),
    },
    template: {
      ...template,
      annotations,
      labels: withChanges(template.labels, edit.labels),
      image,
      env: withChanges(template.env, edit.env),
      port: edit.port?.number ?? template.port,
      containerConcurrency: edit.concurrencyLimit ?? template.containerConcurrency,
      ...editedTimers(template, edit, defaults),
      resources: editedResources(template.resources, edit),
    },
  };
}

/** The parts of an object that an edit can spoil, as the manifest that Knative would be asked to admit. */
export function editedManifest(object: ServiceObject, edit: ServiceEdit): JsonObject {
  const { meta, template } = object;
  const { port } = edit;
  const container = {
    image: template.image,
    env: Object.entries(template.env).map(([name, value]) => ({ name, value })),
    ...(port ? { ports: [{ containerPort: port.number, ...(port.name === "" ? {} : { name: port.name }) }] } : {}),
  };
  return {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: meta.name, namespace: meta.namespace, annotations: meta.annotations, labels: meta.labels },
    spec: {
      template: {
        metadata: {
          ...(template.name === null ? {} : { name: template.name }),
          annotations: template.annotations,
          labels: template.labels,
        },
        spec: {
          containerConcurrency: template.containerConcurrency,
          ...(edit.timeoutSeconds === undefined ? {} : { timeoutSeconds: edit.timeoutSeconds }),
          containers: [container],
        },
      },
      traffic: object.traffic.map(({ revisionName, tag, ...target }) => ({
        ...target,
        ...(revisionName === null ? {} : { revisionName }),
        ...(tag === null ? {} : { tag }),
      })),
    },
  };
}

function withChanges(
  before: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const after = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}

/** A timeout of 0 stands for the default; timers that are not shorter than it never fire. */
function editedTimers(
  template: RevisionTemplate,
  { timeoutSeconds }: ServiceEdit,
  defaults: DefaultsConfig,
): Pick<RevisionTemplate, "timeoutUs" | "responseStartTimeoutUs" | "idleTimeoutUs"> {
  const { timeoutUs, responseStartTimeoutUs, idleTimeoutUs } = template;
  if (timeoutSeconds === undefined) return { timeoutUs, responseStartTimeoutUs, idleTimeoutUs };
  return {
    timeoutUs: (timeoutSeconds || defaults.revisionTimeoutSeconds) * SECOND,
    responseStartTimeoutUs,
    idleTimeoutUs,
  };
}

/**
 * Simplification: the typed object does not keep limits. A limit is taken to exist where the CPUs a container may use
 * differ from its request; a limit without a request is also the request, as Kubernetes has it.
 */
function editedResources(before: PodResources, edit: ServiceEdit): PodResources {
  const hadLimit = before.userCpus !== (before.cpuRequest || 1);
  const limit = edit.cpuLimit === undefined ? (hadLimit ? before.userCpus : null) : edit.cpuLimit;
  const request = edit.cpuRequest === undefined ? before.cpuRequest : (edit.cpuRequest ?? 0);
  const memory = edit.memoryRequestBytes === undefined ? before.memoryRequestBytes : edit.memoryRequestBytes;
  return {
    cpuRequest: request === 0 ? (edit.cpuLimit ?? 0) : request,
    memoryRequestBytes: memory ?? edit.memoryLimitBytes ?? null,
    userCpus: limit ?? (request || 1),
  };
}
