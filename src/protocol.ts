/**
 * The facts of the protocol that a PoP, a test or a tool needs as well: the table of record fields, the limits, and JSON
 * with exact integers. Nothing here encrypts or sends.
 *
 * @module
 */
export { type Int64, JsonLimitError, parseJson, stringifyJson } from "./json.ts";
export { limits } from "./limits.ts";
export {
  type Field,
  type FieldEntry,
  type FieldName,
  type FieldProperties,
  type FieldWith,
  fieldEntries,
  fieldsWith,
  type RecordFields,
  recordFields,
} from "./records/fields.ts";
