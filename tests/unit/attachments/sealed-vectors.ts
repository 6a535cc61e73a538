import {
  type Metadata,
  type RecordIdentity,
  type Secret,
  sealIndependently,
  storedNameIndependently,
} from "./independent-sealing.ts";
import { patternBytes } from "./pattern-bytes.ts";

/** A vector of tests/support/fixtures/sealed-files.json. Byte i of its file is (31 i + 7) mod 251. */
export interface SealedVector {
  readonly about: string;
  readonly version: number;
  /** One of the two. */
  readonly password?: string;
  readonly keyBase64?: string;
  readonly record: RecordIdentity;
  readonly metadata: Metadata;
  readonly length: number;
  readonly saltHex: string;
  readonly storedName: string;
  readonly sealedBase64: string;
}

type Input = Pick<SealedVector, "about" | "version" | "password" | "keyBase64" | "metadata" | "length">;

const key = Buffer.from(patternBytes(32)).toString("base64");

const inputs: readonly Input[] = [
  {
    about: "an empty file, sealed with a password",
    version: 0,
    password: "correct horse battery staple",
    metadata: { name: "empty", size: 0 },
    length: 0,
  },
  {
    about: "five bytes, sealed with a key, under a name with quotes, a slash, a percent sign and a line break",
    version: 3,
    keyBase64: key,
    metadata: { name: 'a "passport"/scan%22\r\n.png', type: "image/png", size: 5 },
    length: 5,
  },
  {
    about: "a file of which neither type nor size were known, under a version beyond 2^32",
    version: 2 ** 40 + 1,
    password: "пароль 🛂",
    metadata: { name: "旅券.jpg" },
    length: 300,
  },
  {
    about: "one byte more than fills the first piece",
    version: 1,
    keyBase64: key,
    metadata: { name: "two pieces", type: "text/plain; charset=utf-8", size: 65_537 },
    length: 65_537,
  },
  {
    about: "exactly what fills the first piece, which is then the last",
    version: 1,
    keyBase64: key,
    metadata: { name: "one whole piece", size: 65_536 },
    length: 65_536,
  },
  {
    about: "a name that takes more than 256 bytes of metadata",
    version: 2,
    password: "correct horse battery staple",
    metadata: { name: "旅券".repeat(80), type: "image/jpeg", size: 20 },
    length: 20,
  },
];

/** The vectors, made by the implementation that shares no code with src/. */
export function makeVectors(): SealedVector[] {
  return inputs.map((input, index) => {
    const secret: Secret = {
      version: input.version,
      secret: input.password ?? Buffer.from(input.keyBase64 ?? "", "base64"),
    };
    const record = { environmentId: "vectors", country: "de", recordKeyHash: String(index).repeat(64) };
    const salt = patternBytes(64).map((byte) => (byte + index) % 256);
    const sealed = sealIndependently(patternBytes(input.length), input.metadata, { secret, record, salt });
    return {
      ...input,
      record,
      saltHex: Buffer.from(salt).toString("hex"),
      storedName: storedNameIndependently(input.metadata.name, { secret, record }),
      sealedBase64: sealed.toString("base64"),
    };
  });
}
