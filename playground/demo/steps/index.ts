import type { Step } from "../context.ts";
import { attachPicture } from "./attach-picture.ts";
import { compare } from "./compare.ts";
import { deleteOneCountry } from "./delete.ts";
import { findByDate } from "./find-by-date.ts";
import { findByKey } from "./find-by-key.ts";
import { findByList } from "./find-by-list.ts";
import { findByPartialText } from "./find-by-partial-text.ts";
import { findByRange } from "./find-by-range.ts";
import { pageThrough } from "./page-through.ts";
import { publishDirectory } from "./publish-directory.ts";
import { read } from "./read.ts";
import { rotate } from "./rotate.ts";
import { write } from "./write.ts";

/** The steps in order. Each one depends on the records of those before it. */
export const steps: readonly Step[] = [
  write,
  compare,
  findByKey,
  findByList,
  findByRange,
  findByDate,
  publishDirectory,
  findByPartialText,
  pageThrough,
  read,
  rotate,
  attachPicture,
  deleteOneCountry,
];
