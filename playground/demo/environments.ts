import { createHash } from "node:crypto";

/** The environments of the demo's PoP. Their credentials are valid nowhere else. */
export function demoEnvironments(dataSet: string) {
  const edition = createHash("sha256").update(dataSet).digest("hex").slice(0, 8);
  return { people: environment(`people-${edition}`), directory: environment(`directory-${edition}`) };
}

/** The id depends on the data set, so that a changed data set does not mix with older records in the folder. */
function environment(id: string) {
  return { id, clientId: `${id}-client`, clientSecret: `${id}-secret`, apiKey: `${id}-key` };
}
