import type { Call } from "../calls/call.ts";
import { FileKeyring, type RecordIdentity } from "../files/sealed/file-keyring.ts";

/** A call about the files of one record. */
export interface RecordCall extends Call {
  readonly recordKeyHash: string;
}

/** Identifies the record that a sealed file is bound to. */
export function identityOf({ storage, country, recordKeyHash }: RecordCall): RecordIdentity {
  return { environmentId: storage.configuration.environmentId, country, recordKeyHash };
}

/** Makes the keyring for sealed files out of the secrets of a call. */
export async function keyringOf({ cipher }: Call): Promise<FileKeyring> {
  return new FileKeyring(await cipher.secrets());
}
