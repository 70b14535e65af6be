/**
 * What Kubernetes accepts as a name, with its own words for what is wrong.
 *
 * @see kubernetes/apimachinery pkg/util/validation/validation.go
 */

const DNS_1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?";
const DNS_1123_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS_1123_SUBDOMAIN = `${DNS_1123_LABEL}(\\.${DNS_1123_LABEL})*`;
const NAME_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const ALPHANUMERIC_ENDS = "and must start and end with an alphanumeric character";

/** The name of a service, a revision, a tag: at most 63 bytes of a-z, 0-9 and `-`, beginning with a letter. */
export function dns1035LabelProblems(name: string): string[] {
  const problems = byteLength(name) > 63 ? ["must be no more than 63 characters"] : [];
  if (!fullMatch(DNS_1035_LABEL, name)) {
    problems.push(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
        `and end with an alphanumeric character ${examples(DNS_1035_LABEL, "my-name", "abc-123")}`,
    );
  }
  return problems;
}

/** `not a DNS 1035 label: [...]` when the name is none, null when it is fine. */
export function notADns1035Label(name: string): string | null {
  const problems = dns1035LabelProblems(name);
  return problems.length === 0 ? null : `not a DNS 1035 label: [${problems.join(" ")}]`;
}

/** A label key: a name, optionally behind a DNS subdomain and a slash. */
export function qualifiedNameProblems(value: string): string[] {
  const parts = value.split("/");
  const nameRule = `must consist of alphanumeric characters, '-', '_' or '.', ${ALPHANUMERIC_ENDS} ${examples(NAME_PART, "MyName", "my.name", "123-abc")}`;
  if (parts.length > 2) {
    return [`a valid label key ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1)!;
  const problems = parts.length === 2 ? subdomainProblems(parts[0]!).map((problem) => `prefix part ${problem}`) : [];
  if (name === "") problems.push("name part must be non-empty");
  else if (byteLength(name) > 63) problems.push("name part must be no more than 63 bytes");
  if (!fullMatch(NAME_PART, name)) problems.push(`name part ${nameRule}`);
  return problems;
}

function subdomainProblems(domain: string): string[] {
  if (domain === "") return ["must be non-empty"];
  const problems = byteLength(domain) > 253 ? ["must be no more than 253 bytes"] : [];
  if (!fullMatch(DNS_1123_SUBDOMAIN, domain)) {
    problems.push(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
        `${ALPHANUMERIC_ENDS} ${examples(DNS_1123_SUBDOMAIN, "example.com")}`,
    );
  }
  return problems;
}

/** The two blanks before `or` are Kubernetes' own. */
function examples(pattern: string, ...names: readonly string[]): string {
  return `(e.g. ${names.map((name) => `'${name}', `).join(" or ")}regex used for validation is '${pattern}')`;
}

function fullMatch(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
