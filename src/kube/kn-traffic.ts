import { parseAtoi } from "./go-parse.js";
import type { TrafficTarget } from "./objects.js";

/** One entry of a Service's `status.traffic`: the revision is named also where it follows the latest. */
export interface StatusTraffic {
  readonly revisionName: string;
  readonly latestRevision: boolean;
  readonly percent: number;
  readonly tag: string | null;
}

/** Values of `--traffic`, `--tag` and `--untag` as written, lists taken apart, and the service they are for. */
export interface TrafficEdit {
  readonly service: string;
  readonly traffic: readonly string[];
  readonly tags: readonly string[];
  readonly untag: readonly string[];
  readonly spec: readonly TrafficTarget[];
  readonly status: readonly StatusTraffic[];
  /** null = no revision was ever ready. */
  readonly latestReadyRevision: string | null;
  /** The same command also makes a revision. */
  readonly makesRevision: boolean;
}

export type EditedTraffic =
  | { readonly ok: true; readonly traffic: readonly TrafficTarget[] }
  | { readonly ok: false; readonly error: string };

const LATEST = "@latest";

/** A refusal of kn; carried up from wherever a rule is broken. */
class Refusal extends Error {}

/**
 * The new `spec.traffic`, or why kn refuses: untag, tag the latest, tag revisions, then percentages; entries left with
 * neither share nor tag are dropped. Whether a named revision exists is not asked.
 *
 * @see knative/client pkg/traffic/compute.go (Compute)
 */
export function editTraffic(edit: TrafficEdit): EditedTraffic {
  try {
    return { ok: true, traffic: newTraffic(edit) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.message };
    throw error;
  }
}

function newTraffic(edit: TrafficEdit): TrafficTarget[] {
  checkLatestTag(edit.tags);
  const shares = sharesOf(edit);
  let targets = untagged(edit);
  for (const pair of edit.tags) targets = tagged(targets, pair);
  if (shares.length > 0) targets = withShares(targets, shares);
  return targets.filter(({ tag, percent }) => tag !== null || percent !== 0);
}

/** `ref=value`; a value alone is for the latest. Only behind a ref may a percentage carry its sign. */
function splitPair(pair: string): { ref: string; value: string } {
  const parts = pair.split("=");
  if (parts.length === 1) return { ref: LATEST, value: pair };
  if (parts.length !== 2 || parts[0] === "" || parts[1] === "") {
    throw new Refusal(`expecting the value format in value1=value2, given ${pair}`);
  }
  return { ref: parts[0], value: parts[1].replace(/%$/, "") };
}

function repeated(ref: string, flag: string): Refusal {
  const what = ref === LATEST ? `identifier ${LATEST}` : `revision reference ${ref}`;
  return new Refusal(`repetition of ${what} is not allowed, use only once with ${flag} flag`);
}

function checkLatestTag(tags: readonly string[]): void {
  const latest = tags.map(splitPair).filter(({ ref }) => ref === LATEST);
  if (latest.length > 1) throw repeated(LATEST, "--tag");
}

interface Share {
  readonly ref: string;
  readonly percent: number;
}

/** The shares asked for, completed to 100 where it is clear who gets the rest. */
function sharesOf(edit: TrafficEdit): readonly Share[] {
  const shares: Share[] = [];
  for (const pair of edit.traffic) {
    const { ref, value } = splitPair(pair);
    if (shares.some((share) => share.ref === ref)) throw repeated(ref, "--traffic");
    const parsed = parseAtoi(value);
    if (!parsed.ok) {
      throw new Refusal(`error converting given ${value} to integer value for traffic distribution`);
    }
    if (parsed.value < 0 || parsed.value > 100) {
      throw new Refusal(`invalid value for traffic percent ${parsed.value}, expected 0 <= percent <= 100`);
    }
    shares.push({ ref, percent: parsed.value });
  }
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (sum > 100) throw new Refusal(`given traffic percents sum to ${sum}, want <=100`);
  if (sum === 100 || shares.length === 0) return shares;
  return [...shares, { ref: heirOfRest(edit, shares, 100 - sum), percent: 100 - sum }];
}

/** Who gets what is left: exactly one entry of the present traffic may be unnamed. */
function heirOfRest(edit: TrafficEdit, shares: readonly Share[], rest: number): string {
  const refuse = (reason: string) =>
    new Refusal(`unable to allocate the remaining traffic: ${rest}%. Reason: ${reason}`);
  const expected = edit.makesRevision ? edit.status.length : edit.status.length - 1;
  if (shares.length !== expected) {
    throw refuse("incorrect number of revisions specified. Only 1 revision should be missing");
  }
  const named = new Set(shares.map(({ ref }) => ref));
  if (edit.makesRevision && !named.has(LATEST)) return LATEST;
  if (!edit.makesRevision && named.has(LATEST) && edit.latestReadyRevision !== null) {
    named.add(edit.latestReadyRevision);
  }
  const heir = edit.status.find(
    ({ revisionName }) => !named.has(revisionName) && !named.has(tagsOf(edit.status, revisionName)),
  );
  if (!heir) throw refuse("cannot determine the missing revision");
  return heir.revisionName;
}

/** kn compares with all tags of a revision in one text, so that a revision with two is only known by its name. */
function tagsOf(status: readonly StatusTraffic[], revision: string): string {
  return status.flatMap(({ revisionName, tag }) => (revisionName === revision && tag !== null ? [tag] : [])).join(",");
}

function untagged({ spec, untag, service }: TrafficEdit): TrafficTarget[] {
  const targets = [...spec];
  const unknown = untag.filter((tag) => {
    const index = targets.findIndex((target) => target.tag === tag);
    if (index >= 0) targets[index] = { ...targets[index], tag: null };
    return index < 0;
  });
  if (unknown.length === 0) return targets;
  throw new Refusal(`tag(s) ${unknown.join(", ")} not present for any revisions of service ${service}`);
}

function tagged(targets: readonly TrafficTarget[], pair: string): TrafficTarget[] {
  const { ref, value: tag } = splitPair(pair);
  const isLatest = ref === LATEST;
  const isMeant = (target: TrafficTarget) => (isLatest ? target.latestRevision : target.revisionName === ref);
  if (targets.some((target) => isMeant(target) && target.tag === tag)) return [...targets];
  if (targets.some((target) => target.tag === tag)) {
    throw new Refusal(
      `refusing to overwrite existing tag in service, add flag '--untag ${tag}' in command to untag it`,
    );
  }
  const index = targets.findIndex(isMeant);
  const old = index < 0 ? null : targets[index].tag;
  if (isLatest && old !== null) {
    throw new Refusal(
      `tag '${old}' exists on latest ready revision of service, refusing to overwrite existing tag with '${tag}', ` +
        `add flag '--untag ${old}' in command to untag it`,
    );
  }
  // A revision that has a tag already gets another entry for the new one.
  if (index < 0 || old !== null) return [...targets, target(ref, 0, tag)];
  return targets.map((target, at) => (at === index ? { ...target, tag } : target));
}

function withShares(targets: readonly TrafficTarget[], shares: readonly Share[]): TrafficTarget[] {
  const result = targets.map((target) => ({ ...target, percent: 0 }));
  for (const { ref, percent } of shares) {
    const found =
      ref === LATEST
        ? result.find(({ latestRevision }) => latestRevision)
        : (result.find(({ tag }) => tag === ref) ?? result.find(({ revisionName }) => revisionName === ref));
    if (found) found.percent = percent;
    else result.push(target(ref, percent, null));
  }
  return result;
}

function target(ref: string, percent: number, tag: string | null): TrafficTarget {
  const isLatest = ref === LATEST;
  return { revisionName: isLatest ? null : ref, latestRevision: isLatest, percent, tag };
}
