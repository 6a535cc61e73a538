import * as v from "valibot";
import { exactObject, never } from "./parse.ts";
import { plainText } from "./values.ts";

const maxNameLength = 1024;

/** A file name. Any characters are allowed, since it is never used as a path. */
export const filenameText: v.GenericSchema<unknown, string> = v.pipe(
  plainText,
  v.nonEmpty("must not be empty"),
  v.maxLength(maxNameLength, `must have at most ${maxNameLength} characters`),
);

const maxTypeLength = 255;

/** RFC 9110, section 8.3.1: a type and a subtype, with parameters. It must be valid in a response header. */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t]*[\x20-\x7e]*)?$/;

const shortMimeType = v.pipe(plainText, v.regex(mediaType, "must be a media type, such as image/png"));

/** Checks the length first, since the expression takes quadratic time. */
export const mimeTypeText: v.GenericSchema<unknown, string> = v.lazy((input) =>
  typeof input === "string" && input.length > maxTypeLength
    ? never(`must have at most ${maxTypeLength} characters`)
    : shortMimeType,
);

/** A change of metadata: at least one of the two. */
export const metadataChange = v.pipe(
  exactObject({ filename: v.optional(filenameText), mime_type: v.optional(mimeTypeText) }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    if (Object.keys(value).length > 0) return value;
    addIssue({ message: "must hold filename or mime_type" });
    return NEVER;
  }),
);
