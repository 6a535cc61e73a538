/**
 * Runs before every test file: searches every logged line and every error of a Storage, in every form in which a
 * program may print it, for values that the tests gave to it. Any part of one fails the test.
 */
import { afterAll, afterEach } from "vitest";
import { watchEntrusted } from "./entrusted.ts";
import { expectNoLeaks, watchErrorsAndLogs } from "./witness.ts";

watchEntrusted();
watchErrorsAndLogs();
afterEach(expectNoLeaks);
afterAll(expectNoLeaks);
