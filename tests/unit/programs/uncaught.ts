/** Does not catch an error of a Storage: the runtime prints the error, and exits. */
import { Storage } from "../../../src/index.ts";
import { planted } from "../../support/leaks/planted.ts";

const storage = new Storage({
  environmentId: "any",
  apiKey: planted.token,
  endpoint: "http://127.0.0.1:1",
  getSecrets: () => {
    throw Object.assign(new Error(`The vault said: ${planted.secret}`), { secret: planted.secret });
  },
});
await storage.write("de", { recordKey: planted.recordKey, body: planted.body });
