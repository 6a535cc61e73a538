/** What no file name of any common file system may hold, and what would make one look like another. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;
/** Names of devices, which Windows opens in any folder and with any ending, also where spaces stand before that. */
const device = /^(?:con|conin\$|conout\$|prn|aux|nul|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))/i;
/** Bytes; common file systems take 255. */
const maxLength = 255;

/**
 * A name under which a file can be saved in a folder: it stays in that folder, is hidden nowhere, and is as near to the given
 * name as that allows.
 */
export function safeFileName(name: string): string {
  const clean = withoutEnd(name.replace(unsafe, "_").replace(/^[\s.]+/, ""));
  // A name may be that of a device only once it has been shortened, and be too long again once it no longer is.
  return shortened(shortened(clean === "" ? "attachment" : clean).replace(device, "_$&"));
}

/** Without the dots and spaces at its end. Not by an expression: that looks for the end anew at each of them. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.]/.test(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}

/** Takes from the middle, so that the ending stays. */
function shortened(name: string): string {
  if (byteLength(name) <= maxLength) return name;
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  let room = maxLength - byteLength(ending);
  let kept = "";
  for (const character of name.slice(0, name.length - ending.length)) {
    room -= byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return withoutEnd(kept) + ending;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
