import { alignColumns } from "../report/columns.js";
import { type LabCommand, ToolError } from "./lab-session.js";

const ENDING = `
A line may end with & to go on in the background, hold several commands with ; or &&, or be a loop:
  for i in $(seq 10); do curl hello.default.example.com; done
help NAME tells more about a command.
`;

/** Tells what can be typed. */
export function helpCommand(commands: () => readonly LabCommand[]): LabCommand {
  return {
    name: "help",
    usage: "help [NAME]",
    summary: "tells what can be typed here",
    run([word], { print }) {
      if (word === undefined) {
        const rows = commands().map(({ name, summary }) => [`  ${name}`, summary]);
        print("A Knative cluster on a virtual clock: time passes only when you wait.\n\n");
        print(`${alignColumns(rows, ["left", "left"]).join("\n")}\n${ENDING}`);
        return 0;
      }
      const command = commands().find(({ name }) => name === word.text);
      if (command === undefined) throw new ToolError(`help: there is no command "${word.text}"\n`);
      print(`${command.usage}\n  ${command.summary}\n`);
      for (const line of command.details ?? []) print(`  ${line}\n`);
      return 0;
    },
  };
}
