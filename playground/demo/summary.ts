import { formatKilobytes, formatNumber } from "./format.ts";
import type { Column } from "./terminal/table.ts";
import type { Traffic } from "./traffic.ts";

export interface Measurement {
  readonly title: string;
  readonly records: number;
  readonly traffic: Traffic;
  readonly milliseconds: number;
}

export const summaryColumns: readonly Column[] = [
  { title: "step" },
  { title: "records", align: "right" },
  { title: "kB sent", align: "right" },
  { title: "kB recv", align: "right" },
  { title: "ms", align: "right" },
  { title: "records/s", align: "right" },
];

export function summaryRow({ title, records, traffic, milliseconds }: Measurement): string[] {
  return [
    title,
    formatNumber(records),
    formatKilobytes(traffic.sent),
    formatKilobytes(traffic.received),
    formatNumber(Math.round(milliseconds)),
    formatNumber(Math.round((records / milliseconds) * 1000)),
  ];
}

/** The sum of all steps. */
export function total(measurements: readonly Measurement[]): Measurement {
  const sum = (value: (measurement: Measurement) => number): number =>
    measurements.reduce((before, measurement) => before + value(measurement), 0);
  return {
    title: "total",
    records: sum(({ records }) => records),
    traffic: { sent: sum(({ traffic }) => traffic.sent), received: sum(({ traffic }) => traffic.received) },
    milliseconds: sum(({ milliseconds }) => milliseconds),
  };
}
