import { createHash } from "node:crypto";

/** The tenants of the demo's PoP: its credentials let nobody into anything else. */
export function demoEnvironments(dataSet: string) {
  const edition = createHash("sha256").update(dataSet).digest("hex").slice(0, 8);
  return { people: environment(`people-${edition}`), directory: environment(`directory-${edition}`) };
}

/** A data set that has changed gets environments of its own: what a folder has of an older one is left alone. */
function environment(id: string) {
  return { id, clientId: `${id}-client`, clientSecret: `${id}-secret`, apiKey: `${id}-key` };
}
