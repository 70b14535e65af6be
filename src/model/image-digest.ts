const HEX_DIGITS = 64;

/**
 * What an image's name stands for: `sha256:` and 64 hex digits, the same for the same name in every run.
 *
 * A name with a digest stands for that. Simplification: other digests are made up from the name (FNV-1a, repeated): no
 * registry is asked, and an image never changes behind its name.
 */
export function imageDigest(image: string): string {
  const at = image.indexOf("@");
  if (at >= 0) return image.slice(at + 1);
  let digits = "";
  for (let block = 0; digits.length < HEX_DIGITS; block++) {
    digits += fnv1a(`${image}#${block}#${digits}`).toString(16).padStart(8, "0");
  }
  return `sha256:${digits}`;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The last characters reach all bits only after a final mix (Appleby 2011, MurmurHash3's finalizer).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
