/** Evaluated once by the files that share their modules, so that nothing is watched twice. */
import { watchEntrusted } from "./entrusted.ts";
import { watchErrorsAndLogs } from "./witness.ts";

watchEntrusted();
watchErrorsAndLogs();
