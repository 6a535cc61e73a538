import type { Column } from "./terminal/table.ts";
import type { Traffic } from "./traffic.ts";
import { formatKilobytes, formatNumber } from "./words.ts";

/** What a step took. */
export interface Measurement {
  readonly title: string;
  readonly records: number;
  readonly traffic: Traffic;
  readonly milliseconds: number;
}

export const closingColumns: readonly Column[] = [
  { title: "step" },
  { title: "records", align: "right" },
  { title: "kB sent", align: "right" },
  { title: "kB back", align: "right" },
  { title: "ms", align: "right" },
  { title: "records/s", align: "right" },
];

export function closingRow({ title, records, traffic, milliseconds }: Measurement): string[] {
  return [
    title,
    formatNumber(records),
    formatKilobytes(traffic.sent),
    formatKilobytes(traffic.received),
    formatNumber(Math.round(milliseconds)),
    formatNumber(Math.round((records / milliseconds) * 1000)),
  ];
}

/** All steps together. */
export function total(measurements: readonly Measurement[]): Measurement {
  const sum = (value: (measurement: Measurement) => number): number =>
    measurements.reduce((before, measurement) => before + value(measurement), 0);
  return {
    title: "in all",
    records: sum(({ records }) => records),
    traffic: { sent: sum(({ traffic }) => traffic.sent), received: sum(({ traffic }) => traffic.received) },
    milliseconds: sum(({ milliseconds }) => milliseconds),
  };
}
