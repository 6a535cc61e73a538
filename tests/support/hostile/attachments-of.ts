import { array, is, record, string, unknown } from "valibot";

const schema = array(record(string(), unknown()));

/** The attachments of a record in the PoP's response. */
export function attachmentsOf({ attachments }: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  return is(schema, attachments) ? attachments : [];
}
