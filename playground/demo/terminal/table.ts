import stringWidth from "string-width";
import { fit } from "./text.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const gap = 2;
const narrowest = 8;

/** Formats a table as lines: titles, a rule, rows. Shortens the widest columns if it does not fit. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = columnWidths(columns, rows, width);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => fit(cells[index] ?? "", widths[index] ?? 0, align))
      .join(" ".repeat(gap))
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join(" ".repeat(gap));
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)];
}

function columnWidths(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(stringWidth(title), ...rows.map((cells) => stringWidth(cells[index] ?? ""))),
  );
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - width;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
