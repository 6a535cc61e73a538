/** Hex digits in groups, as UUIDs and trace ids are written. */
const hexGroups = /^[\da-f]+(?:-[\da-f]+)*$/i;
const leastHexLength = 16;
const maxLength = 128;
/** https://github.com/ulid/spec */
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/**
 * True if a text has a form in which services write the ids that they generate. Words, names, telephone and document numbers,
 * which may be what a caller sent, have none of these forms.
 */
export function isGeneratedId(text: string): boolean {
  if (text.length > maxLength) return false;
  const isHex = text.length >= leastHexLength && /[a-f]/i.test(text) && hexGroups.test(text);
  return isHex || ulid.test(text);
}
