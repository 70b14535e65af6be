import type { Command } from "./command.js";
import { ExitStatus } from "./exit-status.js";

/** `knsim schema`: the JSON Schema of a scenario, for editors. */
export const schemaCommand: Command = {
  name: "schema",
  positionals: [],
  summary: "prints the JSON Schema of a scenario, for completion and checks in an editor",
  options: {},
  async run(_values, terminal) {
    const { scenarioJsonSchema } = await import("./library.js");
    terminal.print(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    return ExitStatus.fine;
  },
};
