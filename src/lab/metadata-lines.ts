import type { Instant } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";
import { ageSince, shortAge } from "./age.js";
import type { AttributeBlock } from "./attribute-block.js";

/** What every describe begins with. */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly createdAtUs: Instant;
}

/** Keys of these domains say nothing to people. */
const HIDDEN_DOMAINS = ["serving.knative.dev", "client.knative.dev", "kubectl.kubernetes.io"];
const LONGEST_VALUE = 100;
const CUT = " ...";

/**
 * Name, namespace, labels, annotations and age.
 *
 * @param verbose all keys, each on a line of its own
 * @see knative/client pkg/commands/describe.go (WriteMetadata)
 */
export function writeMetadata(block: AttributeBlock, metadata: Metadata, nowUs: Instant, verbose: boolean): void {
  block.attribute("Name", metadata.name).attribute("Namespace", metadata.namespace);
  writePairs(block, "Labels", metadata.labels, verbose);
  writePairs(block, "Annotations", metadata.annotations, verbose);
  block.attribute("Age", shortAge(ageSince(metadata.createdAtUs, nowUs)));
}

/** A list of values: joined and cut, or each on a line. Nothing when it is empty. */
export function writeList(
  label: string,
  values: readonly string[],
  verbose: boolean,
  write: (label: string, value: string) => void,
): void {
  if (values.length === 0) return;
  if (verbose) for (const [index, value] of values.entries()) write(index === 0 ? label : "", value);
  else write(label, cutTo(values.join(", "), LONGEST_VALUE));
}

function writePairs(
  block: AttributeBlock,
  label: string,
  pairs: Readonly<Record<string, string>>,
  verbose: boolean,
): void {
  const keys = Object.keys(pairs).filter((key) => verbose || !HIDDEN_DOMAINS.includes(key.split("/")[0]));
  const shown = keys.sort(compareBytes).map((key) => `${key}=${pairs[key]}`);
  if (shown.length === 0) return;
  if (verbose) for (const [index, pair] of shown.entries()) block.attribute(index === 0 ? label : "", pair);
  else block.attribute(label, cutTo(shown.join(", "), LONGEST_VALUE - label.length - 2));
}

function cutTo(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length - CUT.length) + CUT;
}
