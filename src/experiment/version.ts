/** The package's version; part of what a run is a function of. A test keeps it equal to package.json's. */
export const VERSION = "0.1.0";
