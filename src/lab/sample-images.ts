import type { DistributionSpec } from "../engine/distribution.js";
import { MILLISECOND } from "../engine/time.js";
import type { AppPlan } from "../kube/cluster-plan.js";
import { imageNames } from "../kube/image-apps.js";
import { DEFAULT_APP } from "../scenario/apps.js";

/** What an image that courses use does. */
interface SampleImage {
  readonly serviceTime: DistributionSpec;
  readonly response: string;
  /** What variables are when the revision does not set them. */
  readonly env: Readonly<Record<string, string>>;
}

const quick: DistributionSpec = { kind: "constant", us: 2 * MILLISECOND };
const hello = (response: string, target = "World"): SampleImage => ({
  serviceTime: quick,
  response,
  env: { TARGET: target },
});

/**
 * The samples of Knative's documentation, by the last part of their names.
 *
 * @see knative/docs code-samples/serving
 */
const SAMPLES: Readonly<Record<string, SampleImage>> = {
  "helloworld-go": hello(`Hello \${TARGET}!\n`),
  "helloworld-rust": hello(`Hello world: \${TARGET}`),
  "helloworld-nodejs": hello(`Hello \${TARGET}!`),
  "helloworld-python": hello(`Hello \${TARGET}!`),
  "helloworld-java-spring": hello(`Hello \${TARGET}!\n`),
  helloworld: hello(`Hello \${TARGET}!\n`),
  "autoscale-go": {
    serviceTime: { kind: "constant", us: 100 * MILLISECOND },
    response: "Slept for 100.00 milliseconds.\n",
    env: {},
  },
};

/** The behaviour of a well-known image; null = it is none. */
export function sampleApp(image: string): AppPlan | null {
  const sample = sampleOf(image);
  return sample === null ? null : { ...DEFAULT_APP, image, serviceTime: sample.serviceTime, response: sample.response };
}

/** What the variables of a well-known image are without the revision's own. */
export function sampleEnv(image: string): Readonly<Record<string, string>> {
  return sampleOf(image)?.env ?? {};
}

/** Whether the image sleeps as long as a request's `?sleep=` says, as autoscale-go does. */
export function sleepsOnRequest(image: string): boolean {
  return lastPart(image) === "autoscale-go";
}

function sampleOf(image: string): SampleImage | null {
  const name = lastPart(image);
  return Object.hasOwn(SAMPLES, name) ? SAMPLES[name] : null;
}

/** `gcr.io/knative-samples/helloworld-go:v1` → `helloworld-go`. */
function lastPart(image: string): string {
  const [, , withoutTag] = imageNames(image);
  return withoutTag.slice(withoutTag.lastIndexOf("/") + 1);
}
