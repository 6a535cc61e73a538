import { stringifyJson } from "incountry-storage/protocol";

const numbers = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** "1 record", "2 records". */
export function counted(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Bytes in the largest unit that leaves something before the point. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return counted(bytes, "byte");
  return bytes < 1_000_000 ? `${tenths.format(bytes / 1_000)} kB` : `${tenths.format(bytes / 1_000_000)} MB`;
}

/** A span of time as one would say it. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return counted(Math.round(seconds), "second");
  return counted(Math.round(seconds / 60), "minute");
}

const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function formatDate(date: Date): string {
  return dates.format(date);
}

/** A value of the wire as a text: a string as it is, anything else as JSON. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : stringifyJson(value);
}
