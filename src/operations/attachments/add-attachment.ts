import { identityOf, keyringOf, type RecordCall } from "../../attachments/record-call.ts";
import { sendVerified } from "../../attachments/send-file.ts";
import { adoptFormerName } from "../../attachments/stored-names.ts";
import type { Arguments } from "../../calls/arguments.ts";
import { perform } from "../../calls/call.ts";
import type { StorageContext } from "../../calls/context.ts";
import { type AttachmentInput, attachmentSchema, defaultType, invalidAttachment } from "../../files/input.ts";
import { isSealedName } from "../../files/sealed/file-keyring.ts";
import { sealedFile } from "../../files/sealed/seal-file.ts";
import { type Source, sourceOf } from "../../files/source.ts";
import { unsealedSource } from "../../files/unsealed-source.ts";
import type { AttachmentMeta } from "../../records/record.ts";

/** The name of a file if neither the caller nor the file gives one. */
const defaultName = "file";

/** `Storage.addAttachment`: sends a file to a record, sealed if the caller asks for it. */
export function addAttachment(
  storage: StorageContext,
  given: Arguments<"recordKey" | "attachment">,
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const own = { recordKey: storage.schemas.recordKey, attachment: attachmentSchema };
  return perform(storage, "addAttachment", own, given, async (call, { recordKey, attachment }) => {
    const source = await sourceOf(attachment.file, storage.configuration.files);
    const recordCall = { ...call, recordKeyHash: call.keys.hash(recordKey) };
    const name = attachment.fileName ?? source.name ?? defaultName;
    const file = { source, name, type: attachment.mimeType ?? source.type };
    const add = attachment.encrypt === true ? addSealed : addPlain;
    return { attachmentMeta: await add(recordCall, attachment, file) };
  });
}

interface NamedSource {
  readonly source: Source;
  readonly name: string;
  readonly type: string | undefined;
}

async function addPlain(
  call: RecordCall,
  { upsert = false }: AttachmentInput,
  { source, name, type }: NamedSource,
): Promise<AttachmentMeta> {
  if (isSealedName(name)) {
    throw invalidAttachment("fileName", "is a name that sealed files have at the PoP: choose another one");
  }
  const unsealed = await unsealedSource(source, call.request.signal);
  const file = { ...unsealed, name, boundToName: false, type, callerBytes: (bytes: number) => bytes };
  return sendVerified(call, file, { upsert });
}

async function addSealed(
  call: RecordCall,
  { upsert = false }: AttachmentInput,
  { source, name, type }: NamedSource,
): Promise<AttachmentMeta> {
  if (call.storage.configuration.cipher.getSecrets === undefined) {
    throw invalidAttachment("encrypt", "requires the option `getSecrets` of the Storage");
  }
  const keyring = await keyringOf(call);
  const file = await sealedFile({ ...source, name, type }, keyring, identityOf(call));
  await adoptFormerName(call, keyring, name);
  const meta = await sendVerified(call, file, { upsert });
  return { ...meta, fileName: name, mimeType: type ?? defaultType, size: file.callerBytes(meta.size) };
}
