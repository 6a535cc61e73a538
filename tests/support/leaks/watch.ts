/**
 * Runs before every test file: searches every logged line and every error of a Storage, in every form in which a
 * program may print it, for values that the tests gave to it. Any part of one fails the test.
 */
import { afterAll, afterEach } from "vitest";
import { forgetEntrusted } from "./entrusted.ts";
import "./watching.ts";
import { expectNoLeaks } from "./witness.ts";

afterEach(expectNoLeaks);
afterAll(() => {
  expectNoLeaks();
  forgetEntrusted();
});
