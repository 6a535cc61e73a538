import stringWidth from "string-width";

const segmenter = new Intl.Segmenter();

/** Fits a text to a number of terminal columns, where 字 takes two columns and combining marks none. */
export function fit(text: string, width: number, align: "left" | "right" = "left"): string {
  const short = truncate(text, width);
  const padding = " ".repeat(width - stringWidth(short));
  return align === "left" ? short + padding : padding + short;
}

/** Shortens a text to a number of columns, with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = "";
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return width < 1 ? "" : `${short}…`;
}

/** Wraps a text to a number of columns. A longer word gets a line of its own and overflows. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
