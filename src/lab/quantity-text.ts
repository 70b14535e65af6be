/** Amounts of resources as Kubernetes writes them. */

/** vCPU: whole ones as they are, parts in thousandths. */
export function cpuText(cpus: number): string {
  const thousandths = Math.round(cpus * 1000);
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

const BINARY_UNITS = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"];

/** Bytes, in the largest binary unit of which they are a whole number. */
export function memoryText(bytes: number): string {
  for (const [index, unit] of BINARY_UNITS.entries()) {
    let size = 1024;
    for (let power = index + 1; power < BINARY_UNITS.length; power++) size *= 1024;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
