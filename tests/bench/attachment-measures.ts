import { type InferOutput, number, object } from "valibot";

const bytes = number();
const milliseconds = number();

/** The measurements that a client process prints. */
export const measuredSchema = object({
  /** Bytes of resident memory beyond those of the idle process, at the peak. */
  memory: object({ upload: bytes, download: bytes, sealedUpload: bytes, sealedDownload: bytes }),
  /** Medians. */
  times: object({
    upload: milliseconds,
    plainUpload: milliseconds,
    download: milliseconds,
    plainDownload: milliseconds,
    save: milliseconds,
    plainSave: milliseconds,
    sealedUpload: milliseconds,
    sealedDownload: milliseconds,
  }),
});

export type Measured = InferOutput<typeof measuredSchema>;
