import { ToolError } from "./lab-session.js";

/**
 * How kn says that it failed, with a hint that names the command when the message quotes one.
 *
 * @param messages several when several objects were asked for
 * @see knative/client cmd/kn/main.go
 */
export function knFailure(...messages: readonly string[]): ToolError {
  const shown = messages.map((message) => `Error: ${message.replace(/^error:\s*/i, "")}\n`).join("");
  const command = /'(kn\s.+?)'/.exec(messages.join("\n"))?.[1] ?? "kn";
  return new ToolError(`${shown}Run '${command} --help' for usage\n`);
}
