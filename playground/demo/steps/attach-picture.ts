import type { AttachmentMeta } from "incountry-storage";
import type { Context, Step } from "../context.ts";
import type { Person } from "../person.ts";
import { dayNumber } from "../person-record.ts";
import { passportPhoto } from "../picture.ts";
import { verify, verifyCount } from "../verify.ts";
import { formatNumber } from "../words.ts";

const country = "jp";

export const attachPicture: Step = {
  title: "Attach a picture",
  about:
    "A file goes along with a record. Sealed on this side, it leaves the PoP neither its bytes nor its name nor its type; back here it is compared, piece by piece, with what was sealed.",
  async run(context) {
    const person = context.people.find((candidate) => candidate.country === country);
    verify(person !== undefined, "someone lives in Japan");
    const picture = passportPhoto(dayNumber(person.birthDate));
    const fileName = `${person.name}.png`;

    const open = await attach(context, person, { file: picture, fileName, encrypt: false });
    const sealed = await attach(context, person, { file: picture, fileName, encrypt: true });
    const kept = await keptByPop(context, person, sealed.fileId);
    verify(!JSON.stringify(kept).includes(person.name), "the name is not readable at the PoP");
    context.terminal.table(
      [{ title: "" }, { title: "as it is, the PoP keeps" }, { title: "sealed, the PoP keeps" }],
      [
        ["name", open.fileName, kept.fileName],
        ["type", open.mimeType, kept.mimeType],
        ["bytes", formatNumber(open.size), formatNumber(kept.size)],
      ],
    );

    for (const { fileId } of [open, sealed]) await verifyFetched(context, person, fileId, { picture, fileName });
    context.terminal.success(`${fileName} came back twice, byte for byte, as image/png.`);
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

/** The list of a record's attachments is as the PoP has it. */
async function keptByPop({ storages }: Context, person: Person, fileId: string): Promise<AttachmentMeta> {
  const { record } = await storages.rotated.read(country, person.id);
  verifyCount(record.attachments?.length ?? 0, 2, "files attached");
  const kept = record.attachments?.find((attachment) => attachment.fileId === fileId);
  verify(kept !== undefined, "the record lists the file");
  return kept;
}

async function verifyFetched(
  { storages }: Context,
  person: Person,
  fileId: string,
  { picture, fileName }: { readonly picture: Uint8Array; readonly fileName: string },
): Promise<void> {
  const { attachmentData } = await storages.rotated.getAttachmentFile(country, person.id, fileId);
  verify(attachmentData.fileName === fileName, "the file has its own name");
  verify(attachmentData.mimeType === "image/png", "the file has its own type");
  verify(Buffer.from(await attachmentData.bytes()).equals(picture), "the picture is what it was");
}
