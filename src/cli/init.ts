import { writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Command, Values } from "./command.js";
import { ExitStatus } from "./exit-status.js";
import type { Terminal } from "./terminal.js";
import { explaining, UserError } from "./user-error.js";

/** `knsim init NAME`: writes a commented starter scenario; never overwrites a file. */
export const initCommand: Command = {
  name: "init",
  positionals: [{ name: "name", many: false, description: "of the scenario; NAME.yaml is written" }],
  summary: "writes a commented starter scenario",
  options: {
    from: { kind: "text", value: "FILE", description: "a Knative Service to start from instead of an example" },
  },
  run: init,
};

const NAME = /^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/;

async function init(values: Values, terminal: Terminal): Promise<ExitStatus> {
  const { starterScenario } = await import("./starter-scenario.js");
  const path = (values.text("name") ?? "").replace(/\.ya?ml$/, "");
  const name = basename(path);
  if (!NAME.test(name) || name.length > 80)
    throw new UserError([
      `${JSON.stringify(name)} cannot name a scenario: use at most 80 of a-z, 0-9, -, _ and ., beginning and ending with a letter or digit`,
    ]);
  const file = join(dirname(path), `${name}.yaml`);
  const from = values.text("from");
  const service = from === null ? null : await namedService(from);
  const manifest = from === null ? null : relative(dirname(file), from).replaceAll("\\", "/");
  const text = starterScenario(name, service === null || manifest === null ? null : { service, manifest });
  await explaining(`write ${JSON.stringify(file)}`, () => writeFile(file, text, { flag: "wx" }));
  terminal.print(`${file}\n`);
  terminal.remark(`Next: knsim run ${file}\n`);
  return ExitStatus.fine;
}

/**
 * The name of the Service in a file of manifests.
 *
 * @throws UserError when the file cannot be read or holds no Service with a name
 */
async function namedService(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const { isMap, parseAllDocuments } = await import("yaml");
  const text = await explaining(`read ${JSON.stringify(file)}`, () => readFile(file, "utf8"));
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  for (const { contents } of Array.isArray(documents) ? documents : []) {
    if (!isMap(contents)) continue;
    const [apiVersion, kind, name] = [["apiVersion"], ["kind"], ["metadata", "name"]].map((path): unknown =>
      contents.getIn(path),
    );
    const isService = kind === "Service" && String(apiVersion).startsWith("serving.knative.dev/");
    if (isService && typeof name === "string") return name;
  }
  throw new UserError([`${JSON.stringify(file)} holds no Service of serving.knative.dev with a name`]);
}
