import type { AppPlan } from "./cluster-plan.js";

/** The names under which `apps` may know an image, best first: as written, without digest, without tag. */
export function imageNames(image: string): readonly string[] {
  const withoutDigest = image.split("@")[0];
  // A colon before the last slash belongs to the registry's port.
  const colon = withoutDigest.lastIndexOf(":");
  const withoutTag = colon > withoutDigest.lastIndexOf("/") ? withoutDigest.slice(0, colon) : withoutDigest;
  return [image, withoutDigest, withoutTag];
}

/** The entry for an image, null without one (contract details A2). */
export function appForImage(apps: readonly AppPlan[], image: string): AppPlan | null {
  for (const name of imageNames(image)) {
    const app = apps.find((entry) => entry.image === name);
    if (app) return app;
  }
  return null;
}
