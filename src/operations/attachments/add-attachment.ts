import { adoptFormerName } from "../../attachments/former-name.ts";
import { sendFile } from "../../attachments/send-file.ts";
import { type Target, targetOf, transferSettings } from "../../attachments/target.ts";
import { type AttachmentInput, attachmentSchema, defaultType, invalidAttachment } from "../../files/input.ts";
import type { OutgoingFile } from "../../files/outgoing-file.ts";
import { FileKeyring, isSealedName } from "../../files/sealed/file-keyring.ts";
import { sealedFile } from "../../files/sealed/seal-file.ts";
import { type Source, sourceOf } from "../../files/source.ts";
import { unsealedSource } from "../../files/unsealed-source.ts";
import type { AttachmentMeta } from "../../records/record.ts";
import { checkInput, run, type StorageContext } from "../context.ts";

/** What a file is called where neither the caller nor the file itself names it. */
const defaultName = "file";

/** `Storage.addAttachment`: sends a file to a record, sealed where that is asked for. */
export async function addAttachment(
  context: StorageContext,
  input: { country: unknown; recordKey: unknown; attachment: unknown; request: unknown },
): Promise<{ attachmentMeta: AttachmentMeta }> {
  const { country: countrySchema, recordKey: recordKeySchema, request: requestSchema } = context.schemas;
  const entries = {
    country: countrySchema,
    recordKey: recordKeySchema,
    attachment: attachmentSchema,
    request: requestSchema,
  };
  const { attachment, ...about } = checkInput("addAttachment", entries, input);
  return run(about.request, async () => {
    const source = await sourceOf(attachment.file, context.configuration.files);
    const target = targetOf(context, "addAttachment", about);
    const name = attachment.fileName ?? source.name ?? defaultName;
    const file = { source, name, type: attachment.mimeType ?? source.type };
    const attachmentMeta = await (attachment.encrypt === true ? addSealed : addPlain)(target, attachment, file);
    return { attachmentMeta };
  });
}

interface NamedSource {
  readonly source: Source;
  readonly name: string;
  readonly type: string | undefined;
}

async function addPlain(
  target: Target,
  attachment: AttachmentInput,
  { source, name, type }: NamedSource,
): Promise<AttachmentMeta> {
  if (isSealedName(name)) {
    throw invalidAttachment("fileName", "is a name as sealed files have it at the PoP: give it another one");
  }
  const unsealed = await unsealedSource(source, target.request.signal ?? new AbortController().signal);
  return send(target, attachment, { ...unsealed, name, boundToName: false, type, callerBytes: (bytes) => bytes });
}

async function addSealed(
  target: Target,
  attachment: AttachmentInput,
  { source, name, type }: NamedSource,
): Promise<AttachmentMeta> {
  const { context, record } = target;
  if (context.configuration.cipher.getSecrets === undefined) {
    throw invalidAttachment("encrypt", "asks for a secret to seal the file with: give the Storage getSecrets");
  }
  const keyring = new FileKeyring(await context.cipher.forOperation().secrets());
  const file = await sealedFile({ ...source, name, type }, keyring, record);
  await adoptFormerName(target, keyring, name);
  const meta = await send(target, attachment, file);
  return { ...meta, fileName: name, mimeType: type ?? defaultType, size: file.callerBytes(meta.size) };
}

function send(target: Target, { upsert = false }: AttachmentInput, file: OutgoingFile): Promise<AttachmentMeta> {
  const { context, operation, country, path, request } = target;
  return sendFile(transferSettings(context), { operation, country, path, request, upsert }, file);
}
