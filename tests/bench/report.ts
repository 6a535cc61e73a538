/** A line of the table. */
export interface Line {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly theirs: string;
  readonly ratio: string;
  readonly target: string;
  readonly met: boolean;
}

export interface Comparison {
  readonly what: string;
  /** Milliseconds. */
  readonly ours: number;
  readonly against: string;
  readonly theirs: number;
}

/** Maximum time, as a multiple of the other's. */
export function atMost(most: number | undefined, comparison: Comparison): Line {
  const ratio = comparison.ours / comparison.theirs;
  const target = most === undefined ? "" : `at most ${most} ×`;
  return line(comparison, `${ratio.toFixed(2)} ×`, target, most === undefined || ratio <= most);
}

/** Minimum speed, as a multiple of the other's. */
export function timesFaster(least: number | undefined, comparison: Comparison): Line {
  const ratio = comparison.theirs / comparison.ours;
  const target = least === undefined ? "" : `at least ${least} times faster`;
  return line(
    comparison,
    `${ratio.toFixed(ratio < 10 ? 1 : 0)} times faster`,
    target,
    least === undefined || ratio >= least,
  );
}

/** A measurement without a comparison. */
export function figure(what: string, ours: string): Line {
  return { what, ours, against: "", theirs: "", ratio: "", target: "", met: true };
}

function line({ what, ours, against, theirs }: Comparison, ratio: string, target: string, met: boolean): Line {
  return { what, ours: duration(ours), against, theirs: duration(theirs), ratio, target, met };
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 100_000 ? 1 : 0)} s`;
}

const titles = ["", "incountry-storage", "against", "", "ratio", "target", ""];

/** A table in Markdown, padded to be readable as plain text. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map(({ what, ours, against, theirs, ratio, target, met }) => [
    what,
    ours,
    against,
    theirs,
    ratio,
    target,
    target === "" ? "" : met ? "met" : "**missed**",
  ]);
  const widths = titles.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const text = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [text(titles), rule, ...rows.map(text)].join("\n");
}
