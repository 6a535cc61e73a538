import stringWidth from "string-width";

const segmenter = new Intl.Segmenter();

/** A text of exactly so many columns of a terminal, in which 字 takes two and combining marks none. */
export function fit(text: string, width: number, align: "left" | "right" = "left"): string {
  const short = truncate(text, width);
  const padding = " ".repeat(width - stringWidth(short));
  return align === "left" ? short + padding : padding + short;
}

/** The text, or as much of it as leaves room for an ellipsis. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let short = "";
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return width < 1 ? "" : `${short}…`;
}

/** The words of a text in lines of at most so many columns; a longer word stands alone and overflows. */
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
