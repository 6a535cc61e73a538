import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "valibot";
import { patternBytes } from "../support/attachments/pattern-bytes.ts";
import { output, stopProgram, waitForOutput } from "../support/runtimes/processes.ts";
import { measuredSchema } from "./attachment-measures.ts";
import { atMost, duration, type Line } from "./report.ts";

const mebibyte = 1024 * 1024;
/** Close to the maximum size of an attachment. */
const fileSize = 95 * mebibyte;
/** At least 0.8 of the throughput of plain `fetch`. */
const mostTimes = 1 / 0.8;
const mostMemory = 64 * mebibyte;

/** A file of 95 MiB up and down, each in a process of its own, to a PoP in another process with a data folder. */
export async function attachmentCases(print: (what: string) => void): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), "incountry-bench-"));
  const pop = spawn(process.execPath, [
    ...process.execArgv,
    program("../../playground/pop/command.ts"),
    "--port",
    "0",
    "--data",
    join(folder, "pop"),
  ]);
  try {
    const [, url = ""] = await waitForOutput(pop, /listening on (http:\S+)/);
    const file = join(folder, "file.bin");
    await writeFile(file, patternBytes(fileSize));
    print("a file of 95 MiB up and down");
    const client = [...process.execArgv, "--expose-gc", program("attachment-client.ts"), url, file];
    const { memory, times } = parse(measuredSchema, JSON.parse(await output(process.execPath, client)));
    return [
      memoryLine("95 MiB up by path: memory above idle, at its peak", memory.upload),
      memoryLine("95 MiB down by path: memory above idle, at its peak", memory.download),
      memoryLine("95 MiB up by path, sealed: memory above idle, at its peak", memory.sealedUpload),
      memoryLine("95 MiB down by path, sealed: memory above idle, at its peak", memory.sealedDownload),
      transfer("95 MiB up by path", times.upload, "fetch of a form with the same file", times.plainUpload),
      transfer("95 MiB down into memory", times.download, "fetch of the same bytes", times.plainDownload),
      transfer("95 MiB down by path", times.save, "fetch of the same bytes to a file", times.plainSave),
      figureOf("95 MiB up by path, sealed", times.sealedUpload),
      figureOf("95 MiB down into memory, sealed", times.sealedDownload),
    ];
  } finally {
    await stopProgram(pop);
    await rm(folder, { recursive: true });
  }
}

function program(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function memoryLine(what: string, bytes: number): Line {
  const ours = `${(bytes / mebibyte).toFixed(0)} MiB`;
  return { what, ours, against: "", theirs: "", ratio: "", target: "under 64 MiB", met: bytes < mostMemory };
}

function transfer(what: string, ours: number, against: string, theirs: number): Line {
  return atMost(mostTimes, { what, ours, against, theirs });
}

function figureOf(what: string, milliseconds: number): Line {
  return { what, ours: duration(milliseconds), against: "", theirs: "", ratio: "", target: "", met: true };
}
