/**
 * What makes a text no reference to a container image, as Knative's admission reads it (its weak rules); null when it
 * is one.
 *
 * `[registry/]repository[:tag][@sha256:digest]`; a first part with a dot, a colon or `localhost` is the registry.
 *
 * @see google/go-containerregistry pkg/name (ParseReference, WeakValidation)
 */
export function imageReferenceProblem(reference: string): string | null {
  const [base = "", digest, ...surplus] = reference.split("@");
  const isDigestFine = digest === undefined || (/^sha256:[0-9a-f]{64}$/.test(digest) && surplus.length === 0);
  return isDigestFine && isTaggedRepository(base) ? null : `could not parse reference: ${reference}`;
}

function isTaggedRepository(base: string): boolean {
  // A colon before the last slash belongs to the registry's port.
  const colon = base.lastIndexOf(":");
  const hasTag = colon > base.lastIndexOf("/");
  if (hasTag && !/^[\w.-]{1,128}$/.test(base.slice(colon + 1))) return false;
  return isRepository(hasTag ? base.slice(0, colon) : base);
}

function isRepository(name: string): boolean {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry = slash >= 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasRegistry && !/^(?:[\w.~-]+|\[[0-9a-fA-F:]+\])(?::\d*)?$/.test(first)) return false;
  return /^[a-z0-9_./-]{2,255}$/.test(hasRegistry ? name.slice(slash + 1) : name);
}
