import { stringifyJson } from "incountry-storage/protocol";
import { countryName, formatNumber } from "../../demo/format.ts";

export { countryName, formatNumber };

const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "1 record", "2 records". */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A size in bytes, kB or MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return formatCount(bytes, "byte");
  return bytes < 1_000_000 ? `${tenths.format(bytes / 1_000)} kB` : `${tenths.format(bytes / 1_000_000)} MB`;
}

/** A duration, rounded: "less than a second", "2 minutes". */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return formatCount(Math.round(seconds), "second");
  return formatCount(Math.round(seconds / 60), "minute");
}

const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function formatDate(date: Date): string {
  return dates.format(date);
}

/** A value of a stored record: strings as they are, other values as JSON. */
export function formatValue(value: unknown): string {
  return typeof value === "string" ? value : stringifyJson(value);
}
