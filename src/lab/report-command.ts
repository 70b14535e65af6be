import { type LabCommand, ToolError } from "./lab-session.js";

/** Writes a report about everything up to now. */
export const reportCommand: LabCommand = {
  name: "report",
  usage: "report DIR",
  summary: "writes a report with charts about everything up to now",
  async run([word], { simulation, files, print, reproduction }) {
    if (word === undefined) throw new ToolError("usage: report DIR\n");
    if (simulation.nowUs === 0) throw new ToolError("report: no time has passed yet\n");
    try {
      const folder = await files.writeReport(word.text, simulation.files({ charts: true, command: reproduction() }));
      print(`${folder}/index.html\n`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ToolError(`report: ${error.message}\n`);
    }
    return 0;
  },
};
