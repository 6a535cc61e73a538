import { crc32, deflateSync } from "node:zlib";

const side = 16;

/** A PNG of 16 by 16 points, in every colour between four corners. */
export const picture: Buffer = Buffer.concat([
  Buffer.from("89504e470d0a1a0a", "hex"),
  chunk("IHDR", Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 2, 0, 0, 0])),
  chunk("IDAT", deflateSync(Buffer.concat(Array.from({ length: side }, (_, y) => line(y))))),
  chunk("IEND", Buffer.alloc(0)),
]);

function line(y: number): Buffer {
  const points = Array.from({ length: side }, (_, x) => [x * side, y * side, 160]);
  return Buffer.from([0, ...points.flat()]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
