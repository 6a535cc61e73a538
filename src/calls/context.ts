import type { SignalLinks } from "../async/abort.ts";
import type { Configuration } from "../configuration.ts";
import type { Cipher } from "../crypto/cipher.ts";
import type { RequestSender } from "../http/request-sender.ts";
import type { InputSchemas } from "./input-schemas.ts";

/** The parts of a Storage that all of its calls share. */
export interface StorageContext {
  readonly configuration: Configuration;
  readonly cipher: Cipher;
  readonly sender: RequestSender;
  readonly schemas: InputSchemas;
  readonly links: SignalLinks;
}
