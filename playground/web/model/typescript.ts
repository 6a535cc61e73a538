import type { PageSecret } from "./secrets.ts";

/** Prints a value as TypeScript, with `bigint` and `Date`, and quotes only where they are needed. */
export function typescriptOf(value: unknown, indent = ""): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (Array.isArray(value)) return `[${value.map((item) => typescriptOf(item, indent)).join(", ")}]`;
  if (typeof value === "object" && value !== null) return objectOf(Object.entries(value), indent);
  return JSON.stringify(value) ?? "undefined";
}

const maxLineLength = 72;

function objectOf(entries: readonly (readonly [string, unknown])[], indent: string): string {
  if (entries.length === 0) return "{}";
  const inner = `${indent}  `;
  const parts = entries.map(([name, value]) => `${propertyOf(name)}: ${typescriptOf(value, inner)}`);
  const line = `{ ${parts.join(", ")} }`;
  if (line.length + indent.length <= maxLineLength && !line.includes("\n")) return line;
  return `{\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}}`;
}

function propertyOf(name: string): string {
  return /^[$A-Z_a-z][$\w]*$/.test(name) ? name : JSON.stringify(name);
}

/** The options of the Storage in the printed program. */
export interface StorageSettings {
  readonly environmentId: string;
  readonly apiKey: string;
  readonly endpoint: string;
  readonly hashSearchKeys: boolean;
  readonly normalizeKeys: boolean;
  readonly currentVersion: number;
  readonly secrets: readonly Pick<PageSecret, "version" | "kind">[];
}

/** Prints a complete program around a call. It reads the secrets from environment variables. */
export function programOf(call: string, settings: StorageSettings): string {
  const { environmentId, apiKey, endpoint, hashSearchKeys, normalizeKeys } = settings;
  const options = [
    `  environmentId: ${JSON.stringify(environmentId)},`,
    `  apiKey: ${JSON.stringify(apiKey)},`,
    `  endpoint: ${JSON.stringify(endpoint)},`,
    ...(hashSearchKeys ? [] : ["  hashSearchKeys: false,"]),
    ...(normalizeKeys ? ["  normalizeKeys: true,"] : []),
    ...secretsOf(settings),
  ];
  return `import { createStorage } from "incountry-storage";

const storage = await createStorage({
${options.join("\n")}
});

${call}
`;
}

function secretsOf({ currentVersion, secrets }: StorageSettings): string[] {
  if (secrets.length === 0) return ["  encrypt: false, // no secrets: nothing is decrypted"];
  const lines = secrets.map(({ version, kind }) => {
    const isKey = kind === "key" ? ", isKey: true" : "";
    return `      { version: ${version}, secret: process.env["SECRET_${version}"] ?? ""${isKey} },`;
  });
  return [
    "  getSecrets: () => ({",
    `    currentVersion: ${currentVersion},`,
    "    secrets: [",
    ...lines,
    "    ],",
    "  }),",
  ];
}
