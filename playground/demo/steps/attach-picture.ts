import type { AttachmentMeta } from "incountry-storage";
import type { Context, Step } from "../context.ts";
import { formatNumber } from "../format.ts";
import type { Person } from "../person.ts";
import { dayNumber } from "../person-record.ts";
import { passportPhoto } from "../picture.ts";
import { verify, verifyCount } from "../verify.ts";

const country = "jp";

export const attachPicture: Step = {
  title: "Attach a picture",
  about:
    "Attaches a picture to a record, plain and encrypted. An encrypted file hides its content, name and type from the PoP, and the SDK verifies it when it is read.",
  async run(context) {
    const person = context.people.find((candidate) => candidate.country === country);
    verify(person !== undefined, "someone lives in Japan");
    const picture = passportPhoto(dayNumber(person.birthDate));
    const fileName = `${person.name}.png`;

    const plain = await attach(context, person, { file: picture, fileName, encrypt: false });
    const encrypted = await attach(context, person, { file: picture, fileName, encrypt: true });
    const stored = await storedMeta(context, person, encrypted.fileId);
    verify(!JSON.stringify(stored).includes(person.name), "the PoP cannot read the name of the file");
    context.terminal.table(
      [{ title: "" }, { title: "stored plain" }, { title: "stored encrypted" }],
      [
        ["name", plain.fileName, stored.fileName],
        ["type", plain.mimeType, stored.mimeType],
        ["bytes", formatNumber(plain.size), formatNumber(stored.size)],
      ],
    );

    for (const { fileId } of [plain, encrypted]) await verifyFetched(context, person, fileId, { picture, fileName });
    context.terminal.success(`Both copies of ${fileName} were read back byte for byte, as image/png.`);
    return { records: 1 };
  },
};

interface Picture {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly fileName: string;
  readonly encrypt: boolean;
}

async function attach({ storages, terminal }: Context, person: Person, picture: Picture): Promise<AttachmentMeta> {
  const attachment = { ...picture, mimeType: "image/png", upsert: true };
  const { attachmentMeta } = await storages.rotated.addAttachment(country, person.id, attachment, {
    onProgress: ({ transferred, total = transferred }) => terminal.progress(transferred, total, "bytes"),
  });
  return attachmentMeta;
}

/** The metadata in the attachments list of the record, which the SDK does not decrypt. */
async function storedMeta({ storages }: Context, person: Person, fileId: string): Promise<AttachmentMeta> {
  const { record } = await storages.rotated.read(country, person.id);
  verifyCount(record.attachments?.length ?? 0, 2, "files attached");
  const stored = record.attachments?.find((attachment) => attachment.fileId === fileId);
  verify(stored !== undefined, "the record lists the file");
  return stored;
}

async function verifyFetched(
  { storages }: Context,
  person: Person,
  fileId: string,
  { picture, fileName }: { readonly picture: Uint8Array; readonly fileName: string },
): Promise<void> {
  const { attachmentData } = await storages.rotated.getAttachmentFile(country, person.id, fileId);
  verify(attachmentData.fileName === fileName, "the file has its original name");
  verify(attachmentData.mimeType === "image/png", "the file has its original type");
  verify(Buffer.from(await attachmentData.bytes()).equals(picture), "the picture is unchanged");
}
