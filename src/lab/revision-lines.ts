import { ANNOTATION } from "../kube/annotations.js";
import { USER_IMAGE } from "../kube/edited-object.js";
import type { RevisionStatus } from "../model/object-status.js";
import { writeList } from "./metadata-lines.js";
import { cpuText, memoryText } from "./quantity-text.js";

/** Where lines of a revision go: at the margin, or below a bullet. `indent` is for what is nested in an attribute. */
export type WriteAttribute = (label: string, value: string, indent?: string) => void;

const NESTED = "  ";
const SHORT_DIGEST = 6;

/** @see knative/client pkg/commands/revision/describe.go (WriteImage) */
export function writeImage(write: WriteAttribute, { image, imageDigest, annotations }: RevisionStatus): void {
  write("Image", imageText(image, imageDigest, annotations[USER_IMAGE] ?? ""));
}

/** Only when both numbers are known. */
export function writeReplicas(write: WriteAttribute, { actualReplicas, desiredReplicas }: RevisionStatus): void {
  if (actualReplicas !== null && desiredReplicas !== null) write("Replicas", `${actualReplicas}/${desiredReplicas}`);
}

/** Port, environment, scale bounds, concurrency settings and resources, each line only where something is set. */
export function writeSettings(write: WriteAttribute, revision: RevisionStatus, verbose: boolean): void {
  if (revision.port !== null) write("Port", String(revision.port));
  const env = Object.entries(revision.env).map(([name, value]) => `${name}=${value}`);
  writeList("Env", env, verbose, write);
  writeScale(write, revision.annotations);
  writeConcurrency(write, revision);
  writeResources(write, revision);
}

/** The name that the user knows the image by, when it is the same image, and the beginning of its digest. */
function imageText(image: string, digest: string | null, userImage: string): string {
  if (digest === null) return image;
  const short = digest.replace(/^sha256:/, "").slice(0, SHORT_DIGEST);
  const repository = image.split(image.includes("@") ? "@" : ":")[0];
  return userImage !== "" && userImage.startsWith(repository)
    ? `${userImage} (pinned to ${short})`
    : `${image} (at ${short})`;
}

type Annotations = RevisionStatus["annotations"];

function writeScale(write: WriteAttribute, annotations: Annotations): void {
  const min = value(annotations, ANNOTATION.minScale);
  const max = value(annotations, ANNOTATION.maxScale);
  if (min !== undefined || max !== undefined) write("Scale", `${min ?? 0} ... ${max ?? "∞"}`);
}

function writeConcurrency(write: WriteAttribute, { annotations, containerConcurrency }: RevisionStatus): void {
  const lines = [
    ["Limit", containerConcurrency === 0 ? undefined : String(containerConcurrency)],
    ["Target", value(annotations, ANNOTATION.target)],
    ["Window", value(annotations, ANNOTATION.window)],
    ["TargetUtilization", value(annotations, ANNOTATION.targetUtilizationPercentage)],
  ] as const;
  if (lines.every(([, text]) => text === undefined)) return;
  write("Concurrency", "");
  for (const [label, text] of lines) if (text !== undefined) write(label, text, NESTED);
}

/** Simplification: limits are not kept with the object; that of the CPU shows where it differs from the request. */
function writeResources(write: WriteAttribute, { resources }: RevisionStatus): void {
  const { cpuRequest, memoryRequestBytes, userCpus } = resources;
  if (memoryRequestBytes) write("Memory", memoryText(memoryRequestBytes));
  const hasLimit = userCpus !== (cpuRequest || 1);
  if (cpuRequest > 0) write("CPU", hasLimit ? `${cpuText(cpuRequest)} ... ${cpuText(userCpus)}` : cpuText(cpuRequest));
}

function value(annotations: Annotations, keys: readonly string[]): string | undefined {
  for (const key of keys) if (annotations[key] !== undefined) return annotations[key];
  return undefined;
}
