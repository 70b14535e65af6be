import type { DistributionSpec } from "../engine/distribution.js";
import { MILLISECOND } from "../engine/time.js";
import type { Answer } from "../experiment/open-simulation.js";
import { objectKey } from "../kube/manifest.js";
import type { HostTarget } from "./host-names.js";
import type { LabSession } from "./lab-session.js";
import { sleepsOnRequest } from "./sample-images.js";

/** What a request asks of autoscale-go by `?sleep=100&prime=10000&bloat=5`. */
export interface RequestedSleep {
  readonly milliseconds: number;
  /** How long the request runs; null = the image of the service does not sleep on request. */
  serviceTime(target: HostTarget, session: LabSession): DistributionSpec | null;
}

/** The parameter `sleep` of a URL, in milliseconds; null without one. */
export function requestedSleep(url: string): RequestedSleep | null {
  const text = /[?&]sleep=(\d+)/.exec(url)?.[1];
  if (text === undefined) return null;
  const milliseconds = Number(text);
  return {
    milliseconds,
    serviceTime({ service }, session) {
      const image = session.simulation
        .objects()
        .services()
        .find((candidate) => objectKey(candidate) === service)?.spec.template.image;
      if (image === undefined || !sleepsOnRequest(image)) return null;
      return { kind: "constant", us: milliseconds * MILLISECOND };
    },
  };
}

/** The body of an answer: the application's for a 200, the platform's own text otherwise. */
export function bodyOf(answer: Answer, serviceKey: string, session: LabSession, sleep: RequestedSleep | null): string {
  const { status, text, revision: key } = answer;
  if (status !== 200 || key === null) return text;
  const revision = session.simulation
    .objects()
    .revisions()
    .find((candidate) => objectKey(candidate) === key);
  if (revision === undefined) return text;
  if (sleep !== null && sleepsOnRequest(revision.image))
    return `Slept for ${sleep.milliseconds.toFixed(2)} milliseconds.\n`;
  return session.images.body(serviceKey, revision.image, revision.env);
}
