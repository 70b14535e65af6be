/**
 * Objects are known in the model by their key: `name` in namespace default, `ns/name` elsewhere (contract details).
 * Users and conditions say the bare name.
 */

/** The name without its namespace. */
export function bareName(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}

export function namespaceOf(key: string): string {
  const slash = key.indexOf("/");
  return slash < 0 ? "default" : key.slice(0, slash);
}

/** The key of another object in the same namespace. */
export function siblingKey(key: string, name: string): string {
  return key.slice(0, key.indexOf("/") + 1) + name;
}
