/**
 * Runs before every test file: whatever a Storage logs and whatever error it makes is looked through, in every form in which a
 * program may print it, for what the tests entrusted to it. A piece of it anywhere fails the test.
 */
import { afterAll, afterEach } from "vitest";
import { watchEntrusted } from "./entrusted.ts";
import { refuseLeaks, watchErrorsAndLogs } from "./witness.ts";

watchEntrusted();
watchErrorsAndLogs();
afterEach(refuseLeaks);
afterAll(refuseLeaks);
