/** What no file name of any common file system may hold, and what would make one look like another. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;
/** Names of devices, which Windows opens in any folder and with any ending. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
/** Bytes; common file systems take 255. */
const maxLength = 255;

/**
 * A name under which a file can be saved in a folder: it stays in that folder, is hidden nowhere, and is as near to the given
 * name as that allows.
 */
export function safeFileName(name: string): string {
  const clean = name
    .replace(unsafe, "_")
    .replace(/^[\s.]+/, "")
    .replace(/[\s.]+$/, "")
    .replace(device, "_$&");
  return shortened(clean === "" ? "attachment" : clean);
}

/** Takes from the middle, so that the ending stays. */
function shortened(name: string): string {
  if (byteLength(name) <= maxLength) return name;
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  const characters = Array.from(name.slice(0, name.length - ending.length));
  while (byteLength(characters.join("")) + byteLength(ending) > maxLength) characters.pop();
  return characters.join("").replace(/[\s.]+$/, "") + ending;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
