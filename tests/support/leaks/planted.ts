/** A pattern in every value that must not be shown, so that any part of it is detected. */
const stem = "Pl4nt3d";

/** A unique text that must not appear in a log or an error. */
export function plantedText(kind: string): string {
  return `${stem}${kind}${stem}-${stem}${kind}`;
}

/** The planted values: one of each kind that a caller passes to a Storage. */
export const planted = {
  body: plantedText("Body"),
  precommitBody: plantedText("Precommit"),
  recordKey: plantedText("RecordKey"),
  key: plantedText("Key"),
  otherKey: plantedText("OtherKey"),
  secret: plantedText("Secret"),
  formerSecret: plantedText("FormerSecret"),
  token: plantedText("Token"),
  clientSecret: plantedText("ClientSecret"),
} as const;

function hex(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The characters of base64 that depend only on the text, at each alignment. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = btoa("\0".repeat(offset) + text).replaceAll("=", "");
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + text.length) * 8) / 6);
    return encoded.slice(first, last);
  });
}

const forms = [stem, hex(stem), ...base64Forms(stem)].map((form) => form.toLowerCase());

/** True if a text has part of a planted value: plain, in hex, or in base64. */
export function holdsPlanted(text: string): boolean {
  const lowerCase = text.toLowerCase();
  return forms.some((form) => lowerCase.includes(form));
}
