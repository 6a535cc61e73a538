import { chmod, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createPop } from "incountry-playground";
import { afterEach, expect, it } from "vitest";
import { makePrivateFolder } from "../../playground/pop/node/private-folder.ts";
import { endCommands, startCommand } from "./support/command.ts";
import { temporaryFolder } from "./support/folders.ts";

afterEach(endCommands);

async function modeOf(folder: string): Promise<string> {
  return ((await stat(folder)).mode & 0o7777).toString(8);
}

/** Opens and closes a PoP on a folder, with a umask that removes no permission. */
async function run(data: string): Promise<void> {
  const umask = process.umask(0);
  try {
    await (await createPop({ data })).close();
  } finally {
    process.umask(umask);
  }
}

it("a new data folder, and its new parents, are accessible only to their owner", async () => {
  const parent = await temporaryFolder();
  await run(join(parent, "made", "for", "it"));
  for (const path of ["made", "made/for", "made/for/it"]) expect(await modeOf(join(parent, path))).toBe("700");
});

it.each(["777", "755", "701", "770"])("an existing data folder of the mode %s is closed to others", async (mode) => {
  const folder = join(await temporaryFolder(), "data");
  await mkdir(folder);
  await chmod(folder, Number.parseInt(mode, 8));
  await makePrivateFolder(folder);
  expect(await modeOf(folder)).toBe("700");
});

it("a data folder with data in it is closed to others; with a sticky bit too, it keeps its mode", async () => {
  const folder = join(await temporaryFolder(), "data");
  await mkdir(folder);
  await chmod(folder, 0o1700);
  await run(folder);
  expect(await modeOf(folder)).toBe("1700");
  await chmod(folder, 0o777);
  await run(folder);
  expect(await modeOf(folder)).toBe("700");
});

it.each(["file.txt", "node_modules"])("a folder with other contents is not closed to others: %s", async (name) => {
  const folder = join(await temporaryFolder(), "project");
  await mkdir(join(folder, name), { recursive: true });
  await chmod(folder, 0o755);
  await expect(createPop({ data: folder })).rejects.toThrow(/holds other files/);
  expect([await modeOf(folder), await readdir(folder)]).toEqual(["755", [name]]);
});

const refused: readonly (readonly [string, string, RegExp])[] = [
  [
    "of another owner",
    "/srv",
    /Other users can access.*\(EPERM\)\. Run chmod 700 on it as its owner, or choose another folder\.$/,
  ],
  ["with other contents", "/", /Other users can access.*holds other files.* Choose a new folder in it\.$/],
  ["shared by all users", "/tmp", /All users of this machine share.* Choose a new folder in it\.$/],
];

it.each(refused)("a data folder %s is rejected by the command, with the remedy", async (_title, folder, message) => {
  const [before, entries] = [await modeOf(folder), await readdir(folder)];
  // Root may change any folder, so a user without rights is needed.
  const user = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const { code, stdout, stderr } = await startCommand(["--data", folder, "--port", "0"], {}, user).ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^incountry-pop: [^\n]+\n$/);
  expect(stderr.trim()).toMatch(message);
  expect(await modeOf(folder)).toBe(before);
  expect((await readdir(folder)).filter((name) => name.startsWith("pop.lock"))).toEqual(
    entries.filter((name) => name.startsWith("pop.lock")),
  );
});
