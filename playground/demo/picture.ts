import { crc32, deflateSync } from "node:zlib";

const width = 180;
const height = 240;
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** 8 bits each of red, green and blue; no interlacing (PNG specification, section 11.2.1). */
const trueColour = [8, 2, 0, 0, 0];

type Colour = readonly [red: number, green: number, blue: number];

/** Draws a passport photo as PNG: a head and shoulders in colours that depend on `seed`. */
export function passportPhoto(seed: number): Uint8Array<ArrayBuffer> {
  const [background, clothes, face] = [0, 97, 211].map((offset) => colourOf(seed + offset));
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = isHead(x, y) ? face : isShoulder(x, y) ? clothes : background;
      rows.set(colour ?? [0, 0, 0], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const header = chunk("IHDR", Buffer.concat([size, Buffer.from(trueColour)]));
  return new Uint8Array(
    Buffer.concat([signature, header, chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]),
  );
}

function isHead(x: number, y: number): boolean {
  return ((x - width / 2) / 42) ** 2 + ((y - 95) / 55) ** 2 < 1;
}

function isShoulder(x: number, y: number): boolean {
  return ((x - width / 2) / 85) ** 2 + ((y - height) / 85) ** 2 < 1;
}

function colourOf(seed: number): Colour {
  const part = (shift: number): number => 70 + ((Math.imul(seed, 2654435761) >>> shift) % 160);
  return [part(3), part(11), part(19)];
}

/** Length, type, data, and a checksum over the two (PNG specification, section 5.3). */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([numbers.subarray(0, 4), typed, numbers.subarray(4)]);
}
