/** Stands in everything that must not be shown: whatever piece of it comes out, it is found. */
const stem = "Pl4nt3d";

/** A text that is distinct, and may be nowhere in a log or an error. */
export function plantedText(kind: string): string {
  return `${stem}${kind}${stem}-${stem}${kind}`;
}

/** What is planted: a value of each kind that a caller entrusts to a Storage. */
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

/** The characters of base64 that stand for nothing but the text, wherever in it the text begins. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = btoa("\0".repeat(offset) + text).replaceAll("=", "");
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + text.length) * 8) / 6);
    return encoded.slice(first, last);
  });
}

const forms = [stem, hex(stem), ...base64Forms(stem)].map((form) => form.toLowerCase());

/** Whether a piece of what is planted is in a text: as it is, in hex, or in base64. */
export function holdsPlanted(text: string): boolean {
  const lowerCase = text.toLowerCase();
  return forms.some((form) => lowerCase.includes(form));
}
