/** `node --import ./playground/typescript.js FILE` runs a file of the playground from source, in a single process. */
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register({ tsconfig: fileURLToPath(new URL("tsconfig.json", import.meta.url)) });
