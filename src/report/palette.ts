/** Colours and type of all pictures. Distinct to the colour-blind, and in grey by lightness. */
export const INK = "#1c2733";
export const MUTED = "#5f6c7b";
export const GRID = "#e6eaef";
export const PAPER = "#ffffff";
export const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** Light to dark: the tail is what one looks at. */
export const PERCENTILES = { p50: "#8fbce6", p95: "#3f86c8", p99: "#0b3d75" } as const;

export const POD_STATES = { ready: "#4fa88f", starting: "#f2b04c", terminating: "#b9c2cd" } as const;

export const PANIC = "#e0483e";
export const ERROR = "#c4201d";
export const COLD = "#e07b00";

/** Revisions, services, stages: in the order they appear. */
export const SERIES = ["#3f86c8", "#e39b32", "#4fa88f", "#a663b5", "#d1605e", "#7a8794", "#8c7a3d", "#2b5d8c"] as const;
